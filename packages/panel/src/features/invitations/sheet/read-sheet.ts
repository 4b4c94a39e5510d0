/** Reads a list of people: a table with or without titles, or addresses in any form. */
import { mentionsEmail, readTitle } from "./column-titles.ts";
import { detectSeparator, parseRecords, type TableRecord } from "./parse-records.ts";

/** A table. */
export interface Sheet {
  readonly is: "table";
  /** Every record, also one with titles. */
  readonly records: readonly TableRecord[];
  /** Whether the first record has titles; null if that can't be decided. */
  readonly hasTitles: boolean | null;
}

/** `no-text` is a binary file; `open-quote` a table whose records can't be told apart from `line` on. */
export type SheetReading =
  | { readonly is: "no-text" }
  | { readonly is: "open-quote"; readonly line: number }
  | { readonly is: "addresses"; readonly text: string }
  | Sheet;

/** Reads a text. It decides only what the text says; everything else is left to the user. */
export function readSheet(given: string): SheetReading {
  const text = given.replace(/^\ufeff/, "").replace(/^\s+/, (space) => space.replaceAll(/[^\n]/g, ""));
  if (/[\0\ufffd]/.test(text)) return { is: "no-text" };
  const separator = detectSeparator(text);
  const read = parseRecords(text, separator ?? "\t");
  if ("openQuote" in read)
    return isMailboxList(text, separator)
      ? { is: "addresses", text }
      : { is: "open-quote", line: read.openQuote };
  const records = splitUnsplitRecords(read, separator);
  return isTable(records)
    ? { is: "table", records, hasTitles: findTitles(records) }
    : { is: "addresses", text };
}

/** Whether a cell is an address, possibly a misspelled one. */
export function isAddressCell(cell: string): boolean {
  return cell.includes("@") && !/\s/.test(cell.trim());
}

/** `Ayşe <ayse@x.com>` */
const mailbox = /<[^<>\s@]*@[^<>\s]*>/;

function isMailboxList(text: string, separator: string | null): boolean {
  const titles = (text.split(/[\r\n]/, 1)[0] ?? "").split(separator ?? "\t");
  return mailbox.test(text.slice(0, 100_000)) && !titles.some(isEmailTitle);
}

function isEmailTitle(cell: string): boolean {
  const kind = readTitle(cell);
  return kind === "email" || kind === "address";
}

/**
 * Splits records that are in their first cell as a whole: a spreadsheet that expects another separator leaves a line in one
 * cell, and quotes it when it saves the file.
 */
function splitUnsplitRecords(
  records: readonly TableRecord[],
  separator: string | null,
): readonly TableRecord[] {
  return records.map((record) => {
    const [first = ""] = record.cells;
    if (!/[\t;,]/.test(first) || record.cells.some((cell, index) => index > 0 && cell !== "")) return record;
    const inner = detectSeparator(first);
    if (inner === null || inner === separator || mailbox.test(first)) return record;
    const [split, ...more] = toRecords(parseRecords(first, inner));
    if (split === undefined || more.length > 0) return record;
    const addresses = split.cells.filter(isAddressCell).length;
    const isRecord = split.cells.some(isEmailTitle) ? addresses === 0 : addresses === 1;
    return isRecord ? { line: record.line, cells: split.cells } : record;
  });
}

const toRecords = (read: ReturnType<typeof parseRecords>) => ("openQuote" in read ? [] : read);

function isTable(records: readonly TableRecord[]): boolean {
  const [first, ...others] = records;
  if (first === undefined) return false;
  const hasAddress = first.cells.some((cell) => cell.includes("@"));
  if (!hasAddress && first.cells.some(isEmailTitle)) return true;
  if (first.cells.length < 2) return false;
  const cells = records.flatMap((record) => record.cells);
  if (cells.some((cell) => mailbox.test(cell))) return false;
  const filled = cells.filter((cell) => cell !== "");
  const addresses = filled.filter(isAddressCell).length;
  if (addresses === 0 || addresses === filled.length) return false;
  // Files have as many cells in every record; typed lists don't.
  const isRectangular = records.every((record) => record.cells.length === first.cells.length);
  const isRepeated = records.some((record) => record.cells.filter(isAddressCell).length > 1);
  return !isRepeated || (isRectangular && others.length > 0);
}

/** Known titles, or a record with an address, or with a misspelled one where the others have theirs, decide. */
function findTitles(records: readonly TableRecord[]): boolean | null {
  const [first, ...others] = records;
  if (first === undefined || first.cells.some((cell) => cell.includes("@"))) return false;
  if (first.cells.some((cell) => readTitle(cell) !== null || mentionsEmail(cell))) return true;
  const isMisspelled = first.cells.some(
    (cell, index) => /[.\d]/.test(cell) && others.some(({ cells }) => isAddressCell(cells[index] ?? "")),
  );
  return isMisspelled ? false : null;
}
