/** CSV as RFC 4180 has it, for spreadsheets: a byte order mark so that they read UTF-8, and cells that can't be formulas. */

/** Begins a CSV file. */
export const byteOrderMark = "\ufeff";

const formulaStart = /^[=+\-@\t\r]/;
const needsQuotes = /[",\r\n]/;

/**
 * One record with its line end. A cell that a spreadsheet would run as a formula (it begins with `= + - @`, tab or
 * carriage return) gets an apostrophe before it, as OWASP advises; null is an empty cell.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const harmless = formulaStart.test(value) ? `'${value}` : value;
  return needsQuotes.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
