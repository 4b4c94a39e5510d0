/** Parses delimited text: RFC 4180 and the variants that spreadsheets write. */
import Papa from "papaparse";

/** A record and the number of its first line, from 1. */
export interface TableRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** The records, or the line with a quote that is not closed or is followed by other text. */
export type RecordReading = readonly TableRecord[] | { readonly openQuote: number };

const separators = ["\t", ";", ","] as const;
/** Lines that decide which separator a text has. */
const sampleLines = 50;

/**
 * The separator in most lines, outside quotes; of several, the most frequent one. A line `sep=;` at the beginning, which
 * spreadsheets read and write, decides. Null if there is none.
 */
export function detectSeparator(text: string): string | null {
  const hint = readSeparatorHint(text);
  if (hint !== null) return hint;
  const lines = unquotedLines(text);
  const counts = separators.map((separator) => {
    const found = lines.map((line) => line.split(separator).length - 1).filter((count) => count > 0);
    return { separator, lines: found.length, total: found.reduce((sum, count) => sum + count, 0) };
  });
  const [best] = counts
    .filter(({ total }) => total > 0)
    .sort((a, b) => b.lines - a.lines || b.total - a.total);
  return best?.separator ?? null;
}

const separatorHint = /^"?sep=([,;\t|])"?[ \t;,]*(?:\r\n?|\n|$)/i;

/** The separator in a first line such as `sep=;`, or null. */
function readSeparatorHint(text: string): string | null {
  return separatorHint.exec(text)?.[1] ?? null;
}

/** The first lines with their quoted parts removed. */
function unquotedLines(text: string): readonly string[] {
  const lines = [""];
  let isQuoted = false;
  for (const letter of text.slice(0, 50_000)) {
    if (letter === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (letter === "\n" || letter === "\r")) lines.push("");
    else if (!isQuoted) lines[lines.length - 1] += letter;
    if (lines.length > sampleLines) break;
  }
  return lines;
}

/**
 * Parses records. A quoted cell may contain separators, line breaks and doubled quotes; a quote inside an unquoted cell is
 * literal. A quote that is not closed, or whose closing quote is followed by other text, would join or split records: its
 * line is returned instead. Empty records and a line `sep=;` are skipped.
 */
export function parseRecords(text: string, separator: string): RecordReading {
  const hint = readSeparatorHint(text) === null ? "" : (separatorHint.exec(text)?.[0] ?? "");
  const body = text.slice(hint.length).replaceAll(/\r\n?/g, "\n");
  const unspaced = removeSpaceBeforeQuotes(body, separator);
  const { data, errors } = Papa.parse<string[]>(unspaced, { delimiter: separator, newline: "\n" });
  const firstLine = hint === "" ? 1 : 2;
  const [error] = errors.filter(({ type }) => type === "Quotes");
  if (error !== undefined)
    return { openQuote: firstLine + countLineBreaks(unspaced.slice(0, error.index ?? 0)) };
  const records: TableRecord[] = [];
  let line = firstLine;
  for (const cells of data) {
    const trimmed = cells.map((cell) => cell.trim());
    if (trimmed.some((cell) => cell !== "")) records.push({ line, cells: trimmed });
    line += 1;
    for (const cell of cells) if (cell.includes("\n")) line += countLineBreaks(cell);
  }
  return records;
}

function countLineBreaks(text: string): number {
  return text.split("\n").length - 1;
}

/** RFC 4180 allows no spaces before an opening quote, but people type them. Quoted cells stay the same. */
function removeSpaceBeforeQuotes(text: string, separator: string): string {
  const sign = separator === "|" ? "\\|" : separator;
  return text.replaceAll(new RegExp(`(^|${sign}) *((?:"[^"]*"?)+)`, "gm"), "$1$2");
}
