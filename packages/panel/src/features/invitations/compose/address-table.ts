/** Parses pasted tables: CSV, or cells of a spreadsheet. Pure. */
import { parseRecords } from "../parse-records.ts";

/** An address in the text. */
export interface ParsedAddress {
  /** As typed. */
  readonly text: string;
  readonly name?: string;
}

/**
 * Parses a table of at least two lines with exactly one address per line, in the same column. Names come from columns with
 * a known header, or from the other of two columns. Null if the text is no such table.
 */
export function parseTable(text: string): readonly ParsedAddress[] | null {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== "");
  const separator = ["\t", ";", ","].find((one) => lines.every((line) => line.includes(one)));
  if (lines.length < 2 || separator === undefined) return null;
  const [first = [], ...others] = parseRecords(text, separator).map(({ cells }) => cells);
  const header = first.some(isAddressCell) ? null : first;
  const rows = header === null ? [first, ...others] : others;
  const column = rows[0]?.findIndex(isAddressCell) ?? -1;
  if (
    column < 0 ||
    rows.some((row) => row.filter(isAddressCell).length !== 1 || !isAddressCell(row[column] ?? ""))
  )
    return null;
  const names = nameColumns(header, first.length, column);
  return rows.map((row) => {
    const name = names
      .map((index) => row[index] ?? "")
      .filter((part) => part !== "")
      .join(" ")
      .slice(0, 200);
    return { text: (row[column] ?? "").trim(), ...(name === "" ? {} : { name }) };
  });
}

const wholeName = /^(?:name|full ?name|display ?name|ad[ıi]? soyad[ıi]?|isim|i̇sim)$/;
const firstName = /^(?:first ?name|given ?name|ad|adı)$/;
const lastName = /^(?:last ?name|surname|family ?name|soyad|soyadı|soyisim)$/;

function nameColumns(header: readonly string[] | null, width: number, address: number): readonly number[] {
  if (header === null) return width === 2 ? [1 - address] : [];
  const find = (pattern: RegExp) =>
    header.findIndex(
      (cell, index) => index !== address && pattern.test(cell.toLowerCase().replaceAll(/[_-]/g, " ")),
    );
  const whole = find(wholeName);
  const columns = whole >= 0 ? [whole] : [find(firstName), find(lastName)];
  return columns.filter((index) => index >= 0);
}

function isAddressCell(cell: string): boolean {
  return cell.includes("@") && !/[\s<>]/.test(cell);
}
