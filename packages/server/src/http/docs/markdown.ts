/** Markdown of the guide: split into sections for search, and rendered as HTML. */

import type { Language } from "@gatehouse/sdk/contract";
import { Marked, type Token, type Tokens } from "marked";
import { escapeHtml } from "../escape-html.ts";

/** A heading with the content up to the next heading. */
export interface Section {
  readonly level: number;
  readonly heading: string;
  /** URL fragment in GitHub's format, unique within the page. */
  readonly anchor: string;
  /** The content as Markdown. */
  readonly markdown: string;
  /** The content as plain text. */
  readonly text: string;
}

const marked = new Marked({ gfm: true });

/** Splits a page at its headings. Content before the first heading is dropped. */
export function splitSections(markdown: string): readonly Section[] {
  const sections: { heading: Tokens.Heading; body: Token[] }[] = [];
  for (const token of marked.lexer(markdown)) {
    if (token.type === "heading") sections.push({ heading: token as Tokens.Heading, body: [] });
    else sections.at(-1)?.body.push(token);
  }
  const toAnchor = createAnchorGenerator();
  return sections.map(({ heading, body }) => {
    const title = toPlainText(heading.tokens);
    return {
      level: heading.depth,
      heading: title,
      anchor: toAnchor(title),
      markdown: body
        .map(({ raw }) => raw)
        .join("")
        .trim(),
      text: toBlockText(body),
    };
  });
}

/** Generates anchors for the headings of one page: lower case, hyphens for spaces, a number for duplicates. */
function createAnchorGenerator(): (heading: string) => string {
  const countByAnchor = new Map<string, number>();
  return (heading) => {
    const plainHeading = heading.toLowerCase().replaceAll(/[^\p{L}\p{M}\p{N}\- _]/gu, "");
    const base = plainHeading.trim().replaceAll(" ", "-");
    const count = countByAnchor.get(base) ?? 0;
    countByAnchor.set(base, count + 1);
    return count === 0 ? base : `${base}-${count}`;
  };
}

/** Inline tokens as plain text. */
function toPlainText(tokens: readonly Token[] = []): string {
  return tokens.map(toText).join("");
}

function toBlockText(tokens: readonly Token[]): string {
  return tokens
    .map(toText)
    .filter((text) => text.trim() !== "")
    .join("\n\n");
}

function toText(token: Token): string {
  switch (token.type) {
    case "html":
    case "space":
    case "hr":
      return "";
    case "br":
      return "\n";
    case "list":
      return (token as Tokens.List).items.map(({ tokens }) => toBlockText(tokens)).join("\n");
    case "table": {
      const { header, rows } = token as Tokens.Table;
      return [header, ...rows]
        .map((row) => row.map((cell) => toPlainText(cell.tokens)).join(" · "))
        .join("\n");
    }
    case "blockquote":
      return toBlockText((token as Tokens.Blockquote).tokens);
    default: {
      const { tokens, text, raw } = token as Tokens.Generic;
      return tokens === undefined ? String(text ?? raw) : toPlainText(tokens);
    }
  }
}

/** Renders Markdown as HTML. Raw HTML is escaped; links lead to the guide, in `language`, or to https. */
export function renderMarkdown(markdown: string, language: Language): string {
  const toAnchor = createAnchorGenerator();
  const marked = new Marked({
    gfm: true,
    renderer: {
      html: ({ text }) => (/^\s*<!--/.test(text) ? "" : escapeHtml(text)),
      heading({ tokens, depth }) {
        const id = escapeHtml(toAnchor(toPlainText(tokens)));
        return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const content = this.parser.parseInline(tokens);
        const address = resolveLink(href, language);
        return address === null ? content : `<a href="${escapeHtml(address)}">${content}</a>`;
      },
      // Wide tables scroll horizontally.
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

/** The URL of a link on a help page; null for a link that isn't allowed. */
function resolveLink(href: string, language: Language): string | null {
  const page = /^([a-z-]+)\.md(#.*)?$/.exec(href);
  if (page !== null) return `/help/${page[1]}?lang=${language}${page[2] ?? ""}`;
  return /^(?:https:\/\/|#)/.test(href) ? href : null;
}
