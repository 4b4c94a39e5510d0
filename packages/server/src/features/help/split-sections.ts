/** Markdown, cut at its headings: what is searched and what an answer quotes. */
import { Marked, type Token, type Tokens } from "marked";

/** A heading and what stands below it, up to the next heading. */
export interface Section {
  readonly level: number;
  readonly heading: string;
  /** The fragment of its address, as GitHub makes it: unique within the page. */
  readonly anchor: string;
  /** What stands below the heading, as Markdown. */
  readonly markdown: string;
  /** The same without marks. */
  readonly text: string;
}

const marked = new Marked({ gfm: true });

/** Cuts a page at its headings. What stands above the first one belongs to nothing and is left out. */
export function splitSections(markdown: string): readonly Section[] {
  const sections: { heading: Tokens.Heading; body: Token[] }[] = [];
  for (const token of marked.lexer(markdown)) {
    if (token.type === "heading") sections.push({ heading: token as Tokens.Heading, body: [] });
    else sections.at(-1)?.body.push(token);
  }
  const anchorOf = createAnchors();
  return sections.map(({ heading, body }) => {
    const title = plain(heading.tokens);
    return {
      level: heading.depth,
      heading: title,
      anchor: anchorOf(title),
      markdown: body
        .map(({ raw }) => raw)
        .join("")
        .trim(),
      text: blocks(body),
    };
  });
}

/** Makes anchors for the headings of one page: lower case, hyphens for spaces, a number where one is taken. */
export function createAnchors(): (heading: string) => string {
  const taken = new Map<string, number>();
  return (heading) => {
    const plainHeading = heading.toLowerCase().replaceAll(/[^\p{L}\p{M}\p{N}\- _]/gu, "");
    const base = plainHeading.trim().replaceAll(" ", "-");
    const times = taken.get(base) ?? 0;
    taken.set(base, times + 1);
    return times === 0 ? base : `${base}-${times}`;
  };
}

/** A row of inline tokens without their marks. */
export function plain(tokens: readonly Token[] = []): string {
  return tokens.map(textOf).join("");
}

function blocks(tokens: readonly Token[]): string {
  return tokens
    .map(textOf)
    .filter((text) => text.trim() !== "")
    .join("\n\n");
}

function textOf(token: Token): string {
  switch (token.type) {
    case "html":
    case "space":
    case "hr":
      return "";
    case "br":
      return "\n";
    case "list":
      return (token as Tokens.List).items.map(({ tokens }) => blocks(tokens)).join("\n");
    case "table": {
      const { header, rows } = token as Tokens.Table;
      return [header, ...rows].map((row) => row.map((cell) => plain(cell.tokens)).join(" · ")).join("\n");
    }
    case "blockquote":
      return blocks((token as Tokens.Blockquote).tokens);
    default: {
      const { tokens, text, raw } = token as Tokens.Generic;
      return tokens === undefined ? String(text ?? raw) : plain(tokens);
    }
  }
}
