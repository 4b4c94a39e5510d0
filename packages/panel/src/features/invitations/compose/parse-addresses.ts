/** Parses addresses in any form. */

/** An address in the text. */
export interface ParsedAddress {
  /** As typed. */
  readonly text: string;
  readonly name?: string;
}

/** Parses addresses separated by comma, semicolon, tab, line break or space. `Ayşe <ayse@x.com>` keeps the name. */
export function parseAddresses(text: string): readonly ParsedAddress[] {
  return splitCells(text).flatMap(parseCell);
}

/** Splits at commas, semicolons, tabs and line breaks outside quotes and angle brackets. */
function splitCells(text: string): readonly string[] {
  return text.match(/(?:"[^"\n]*"|<[^<>\n]*>|[^,;\t\r\n])+/g) ?? [];
}

/** Parses a cell: an address with its name, or words of which those with an @ are addresses. */
function parseCell(cell: string): readonly ParsedAddress[] {
  // The regular expression below is quadratic for a long text without brackets.
  if (!cell.includes("<") || cell.length > 20_000) return parseWords(cell);
  const found: ParsedAddress[] = [];
  let position = 0;
  for (const match of cell.matchAll(/([^<>]*)<\s*([^<>]*?)\s*>/g)) {
    const name = unquote(match[1] ?? "");
    found.push({ text: withoutScheme(match[2] ?? ""), ...(name === "" ? {} : { name }) });
    position = match.index + match[0].length;
  }
  return [...found, ...parseWords(cell.slice(position))].filter(({ text }) => text !== "");
}

function parseWords(text: string): readonly ParsedAddress[] {
  const found: string[] = [];
  let plain: string[] = [];
  const endPlain = () => {
    if (plain.length > 0) found.push(plain.join(" "));
    plain = [];
  };
  for (const word of text.split(/\s+/).filter((one) => one !== "")) {
    if (!word.includes("@")) {
      plain.push(word);
      continue;
    }
    endPlain();
    found.push(withoutScheme(word));
  }
  endPlain();
  return found.map((one) => ({ text: one }));
}

function unquote(text: string): string {
  return text
    .trim()
    .replace(/^["'](.*)["']$/, "$1")
    .trim()
    .slice(0, 200);
}

function withoutScheme(text: string): string {
  return unquote(text).replace(/^mailto:/i, "");
}
