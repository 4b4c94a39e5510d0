/** Markdown → HTML for the guide. Raw HTML is never passed through, and links lead to the guide or to https alone. */
import type { Language } from "@gatehouse/sdk/contract";
import { Marked } from "marked";
import { escapeHtml } from "./escape-html.ts";
import { createAnchors, plain } from "./split-sections.ts";

/** Renders Markdown. `language` goes on to the pages that it links to. */
export function renderMarkdown(markdown: string, language: Language): string {
  const anchorOf = createAnchors();
  const marked = new Marked({
    gfm: true,
    renderer: {
      html: ({ text }) => (/^\s*<!--/.test(text) ? "" : escapeHtml(text)),
      heading({ tokens, depth }) {
        const id = escapeHtml(anchorOf(plain(tokens)));
        return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const content = this.parser.parseInline(tokens);
        const address = addressOf(href, language);
        return address === null ? content : `<a href="${escapeHtml(address)}">${content}</a>`;
      },
      // A table that is wider than the page scrolls by itself, and by keyboard.
      table(token) {
        const row = (cells: typeof token.header, tag: "th" | "td") =>
          `<tr>${cells.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join("")}</tr>`;
        const body = token.rows.map((cells) => row(cells, "td")).join("");
        return `<div class="table"><table><thead>${row(token.header, "th")}</thead><tbody>${body}</tbody></table></div>\n`;
      },
      code: ({ text }) => `<pre tabindex="0"><code>${escapeHtml(text)}</code></pre>\n`,
      image: () => "",
    },
  });
  return marked.parse(markdown, { async: false });
}

/** Where a link of the guide leads on a help page; null for what must not be a link. */
function addressOf(href: string, language: Language): string | null {
  const page = /^([a-z-]+)\.md(#.*)?$/.exec(href);
  if (page !== null) return `/help/${page[1]}?lang=${language}${page[2] ?? ""}`;
  return /^(?:https:\/\/|#)/.test(href) ? href : null;
}
