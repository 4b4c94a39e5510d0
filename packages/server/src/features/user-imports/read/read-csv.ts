/** Reads CSV of any length: records with the values of their columns, by the title in the first line. */
import Papa from "papaparse";
import { ReadingFailed } from "../../../errors/reading-failed.ts";
import { normalizeKey, type SourceRecord } from "./source-record.ts";

const separators = [",", ";", "\t", "|"] as const;
const separatorHint = /^"?sep=([,;\t|])"?[ \t;,]*(?:\r\n?|\n|$)/i;
/** The longest record, in characters: a quote that isn't closed would otherwise join all lines that follow. */
const maxRecordLength = 1_000_000;

/**
 * The records of a text that comes in chunks. `onTitles` is called with the cells of the first line. Its memory doesn't grow with the file.
 * @throws ReadingFailed with the line of a quote that isn't closed
 */
export async function* readCsv(
  chunks: AsyncIterable<string>,
  onTitles: (titles: readonly string[]) => void = () => undefined,
): AsyncGenerator<SourceRecord> {
  let [separator, keys] = [null as string | null, null as readonly string[] | null];
  let [rest, line, isFirst] = ["", 1, true];
  function* readBlock(text: string, isLast: boolean): Generator<SourceRecord> {
    separator ??= detectSeparator(text);
    const rows = parseRows(text, separator);
    if ("openQuote" in rows) {
      if (isLast || text.length > maxRecordLength)
        throw openQuote(line + countLineBreaks(text.slice(0, rows.openQuote)));
      rest = text;
      return;
    }
    const next = line + countLineBreaks(text);
    for (const cells of rows) {
      const trimmed = cells.map((cell) => cell.trim());
      if (trimmed.some((cell) => cell !== "")) {
        if (keys === null) {
          const titles = splitUnsplit(trimmed, Number.POSITIVE_INFINITY);
          onTitles(titles);
          keys = titles.map(normalizeKey);
        } else yield toRecord(line, splitUnsplit(trimmed, keys.length), keys);
      }
      line += 1;
      for (const cell of cells) line += countLineBreaks(cell);
    }
    line = next; // the text ends with a line break, after which the parser sees one more row
  }
  for await (const chunk of chunks) {
    rest += chunk;
    if (!rest.includes("\n") && rest.length < maxRecordLength) continue;
    if (isFirst) {
      const begin = readBeginning(rest);
      [rest, line, isFirst] = [rest.slice(begin.length), begin.line, false];
    }
    const end = rest.lastIndexOf("\n") + 1;
    const [text, next] = [rest.slice(0, end).replaceAll(/\r\n?/g, "\n"), rest.slice(end)];
    rest = "";
    if (text !== "") yield* readBlock(text, false);
    rest += next;
  }
  const begin = isFirst ? readBeginning(rest) : { length: 0, line };
  line = begin.line;
  const text = rest.slice(begin.length).replaceAll(/\r\n?/g, "\n");
  if (text !== "") yield* readBlock(text, true);
}

/** A byte order mark and the line `sep=;`, which spreadsheets write. */
function readBeginning(text: string): { readonly length: number; readonly line: number } {
  const mark = text.startsWith("\ufeff") ? 1 : 0;
  const hint = separatorHint.exec(text.slice(mark))?.[0] ?? "";
  return { length: mark + hint.length, line: hint === "" ? 1 : 2 };
}

function toRecord(line: number, cells: readonly string[], keys: readonly string[]): SourceRecord {
  const fields = new Map<string, unknown>();
  for (const [index, cell] of cells.entries()) {
    const key = keys[index];
    // Of two columns with one title, the first that isn't empty counts.
    if (key !== undefined && (fields.get(key) ?? "") === "") fields.set(key, stripFormulaEscape(cell));
  }
  const isTooLong = cells.slice(keys.length).some((cell) => cell !== "");
  const hasSwallowedLine = cells.some((cell) => cell.includes("\n") && cell.includes("@"));
  const fault = isTooLong ? tooManyCells : hasSwallowedLine ? swallowedLine : null;
  return { line, fields, ...(fault === null ? {} : { fault }) };
}

const tooManyCells = {
  code: "imports/malformed",
  detail: "The line has more cells than the first line has titles. Put a text with separators in quotes.",
} as const;

const swallowedLine = {
  code: "imports/malformed",
  detail: "A cell contains another line: a quote isn't closed where it should be.",
} as const;

const formulaSign = "[=+\\-@\uff1d\uff0b\uff0d\uff20]";
const escapedStart = new RegExp(`^'(?=${formulaSign}|[\\t\\r])`);
const escapedPart = new RegExp(`([;\\t\\n]["'\\s]*)'(?=${formulaSign})`, "g");

/** Removes the apostrophes that our CSV files put before possible formulas. */
function stripFormulaEscape(cell: string): string {
  return cell.replace(escapedStart, "").replace(escapedPart, "$1");
}

/** A spreadsheet that expects another separator leaves a line in one cell. */
function splitUnsplit(cells: readonly string[], most: number): readonly string[] {
  const [first = "", ...others] = cells;
  if (most < 2 || others.some((cell) => cell !== "")) return cells;
  for (const separator of separators) {
    const rows = first.includes(separator) ? parseRows(first, separator) : [];
    const [split = []] = "openQuote" in rows ? [] : rows;
    if (split.length > 1 && split.length <= most) return split.map((cell) => cell.trim());
  }
  return cells;
}

/** The rows, or where a quote begins that isn't closed or is followed by other text. */
function parseRows(text: string, separator: string): readonly string[][] | { readonly openQuote: number } {
  const sign = separator === "|" ? "\\|" : separator;
  // RFC 4180 allows no spaces before an opening quote, but people type them.
  const unspaced = text.includes('"')
    ? text.replaceAll(new RegExp(`(^|${sign}) *((?:"[^"]*"?)+)`, "gm"), "$1$2")
    : text;
  const { data, errors } = Papa.parse<string[]>(unspaced, { delimiter: separator, newline: "\n" });
  const [error] = errors.filter(({ type }) => type === "Quotes");
  return error === undefined ? data : { openQuote: error.index ?? 0 };
}

function openQuote(line: number): ReadingFailed {
  return new ReadingFailed(
    `Line ${line} has a quote that isn't closed, so the lines after it can't be told apart. Correct the file.`,
  );
}

function countLineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

/** The separator with which the first line has the most cells. */
function detectSeparator(text: string): string {
  const [first = ""] = text.trimStart().split("\n", 1);
  const counts = separators.map((separator) => first.split(separator).length);
  return separators[counts.indexOf(Math.max(...counts))] ?? ",";
}
