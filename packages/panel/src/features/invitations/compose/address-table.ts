/** Parses pasted tables: CSV, or cells of a spreadsheet. Pure. */
import type { ParsedAddress } from "./address-list.ts";

/**
 * Parses a table of at least two lines with exactly one address per line, in the same column. Names come from columns with
 * a known headerer, or from the other of two columns. Null if the text is no such table.
 */
export function parseTable(text: string): readonly ParsedAddress[] | null {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== "");
  const separator = ["\t", ";", ","].find((one) => lines.every((line) => line.includes(one)));
  if (lines.length < 2 || separator === undefined) return null;
  const [first = [], ...others] = lines.map((line) => splitLine(line, separator));
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

/** Splits a line into cells; a quoted cell may contain the separator, and a doubled quote is one quote. */
function splitLine(line: string, separator: string): readonly string[] {
  const cells: string[] = [];
  let cell = "";
  let isQuoted = false;
  for (let index = 0; index < line.length; index += 1) {
    const letter = line.charAt(index);
    if (letter === '"' && isQuoted && line.charAt(index + 1) === '"') {
      cell += '"';
      index += 1;
    } else if (letter === '"') isQuoted = !isQuoted;
    else if (letter === separator && !isQuoted) {
      cells.push(cell.trim());
      cell = "";
    } else cell += letter;
  }
  cells.push(cell.trim());
  return cells;
}
