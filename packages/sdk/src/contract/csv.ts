/** CSV (RFC 4180) for spreadsheets: a byte order mark so that they detect UTF-8, and protection against formula injection. */

/** Starts a CSV file. */
export const byteOrderMark = "\ufeff";

/** Includes full-width forms, which some spreadsheets treat the same. */
const formulaSign = "[=+\\-@\uff1d\uff0b\uff0d\uff20]";
/**
 * At the start of a cell, or of what becomes a cell with another separator: some spreadsheets open every file with `;` or tab as
 * the separator, and some split at line breaks inside quotes.
 */
const formulaStart = new RegExp(`^[\\t\\r\\n ]*${formulaSign}|^[\\t\\r\\n]`);
const formulaAfterSeparator = new RegExp(`([;\\t\\r\\n]["'\\s]*)(?=${formulaSign})`, "g");
const needsQuotes = /[",;\t\r\n]/;

/**
 * One record with its line ending. A possible formula (`=`, `+`, `-` or `@` at the start of a cell, or after a `;`, tab or line
 * break in it) gets a leading apostrophe, as OWASP recommends. Null is an empty cell.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const escaped = formulaStart.test(value) ? `'${value}` : value;
  const safe = escaped.replace(formulaAfterSeparator, "$1'");
  return needsQuotes.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
