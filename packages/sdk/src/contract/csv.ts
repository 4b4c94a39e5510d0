/** CSV as RFC 4180 has it, for spreadsheets: a byte order mark so that they read UTF-8, and cells that can't be formulas. */

/** Begins a CSV file. */
export const byteOrderMark = "\ufeff";

/** Full-width forms too: spreadsheets for East Asian scripts read them as the same signs. */
const formulaSign = "[=+\\-@\uff1d\uff0b\uff0d\uff20]";
/**
 * At the start of a cell, or of what a spreadsheet with another separator takes for one: files are opened with `;` and tab
 * as separators, whatever they were written with, and a line break inside quotes is lost by some.
 */
const formulaStart = new RegExp(`^[\\t\\r\\n ]*${formulaSign}|^[\\t\\r\\n]`);
const formulaAfterSeparator = new RegExp(`([;\\t\\r\\n]["'\\s]*)(?=${formulaSign})`, "g");
const needsQuotes = /[",;\t\r\n]/;

/**
 * One record with its line end. What a spreadsheet would run as a formula (a sign of `= + - @` at the start of the cell, or after
 * a `;`, a tab or a line break in it) gets an apostrophe in front, as OWASP advises; null is an empty cell.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const whole = formulaStart.test(value) ? `'${value}` : value;
  const harmless = whole.replace(formulaAfterSeparator, "$1'");
  return needsQuotes.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
