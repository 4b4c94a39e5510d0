/** Parses delimited text: RFC 4180 and the variants that spreadsheets write. */
import Papa from "papaparse";

/** A record and the number of its first line, from 1. */
export interface TableRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** The most frequent separator in the first record, outside quotes. */
export function detectSeparator(text: string): string | null {
  const counts = new Map([
    ["\t", 0],
    [";", 0],
    [",", 0],
  ]);
  let isQuoted = false;
  for (const letter of text.slice(0, 10_000)) {
    if (letter === '"') isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (letter === "\n" || letter === "\r") break;
    counts.set(letter, (counts.get(letter) ?? -Infinity) + 1);
  }
  const [best] = [...counts].filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a);
  return best?.[0] ?? null;
}

/**
 * Parses records. A quoted cell may contain separators, line breaks and doubled quotes; a quote inside an unquoted cell is
 * literal; a cell whose quote is not closed takes the rest of the text. If a closing quote is followed by other text, every
 * line is one record, so that no record is lost. Empty records are skipped.
 */
export function parseRecords(text: string, separator: string): readonly TableRecord[] {
  const records: TableRecord[] = [];
  const lines = text.replaceAll(/\r\n?/g, "\n");
  let line = 1;
  for (const cells of splitRecords(removeSpaceBeforeQuotes(lines, separator), separator)) {
    const trimmed = cells.map((cell) => cell.trim());
    if (trimmed.some((cell) => cell !== "")) records.push({ line, cells: trimmed });
    line += cells.join("").split("\n").length;
  }
  return records;
}

function splitRecords(text: string, delimiter: string): readonly (readonly string[])[] {
  const { data, errors } = Papa.parse<string[]>(text, { delimiter, newline: "\n" });
  if (!errors.some(({ code }) => code === "InvalidQuotes")) return data;
  return text
    .split("\n")
    .map((record) => record.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1")));
}

/** RFC 4180 allows no spaces before an opening quote, but people type them. Quoted cells stay the same. */
function removeSpaceBeforeQuotes(text: string, separator: string): string {
  return text.replaceAll(new RegExp(`(^|${separator}) *((?:"[^"]*"?)+)`, "gm"), "$1$2");
}
