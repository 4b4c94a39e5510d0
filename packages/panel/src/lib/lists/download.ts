import { byteOrderMark, csvLine } from "@gatehouse/sdk/contract";

/** Downloads a CSV file for spreadsheets, protected against formula injection. */
export function downloadCsv(
  filename: string,
  rows: ReadonlyArray<readonly (string | number | null)[]>,
): void {
  saveFile(filename, new Blob([byteOrderMark, ...rows.map(csvLine)], { type: "text/csv;charset=utf-8" }));
}

/** Downloads a file that was made in the browser. */
export function saveFile(filename: string, file: Blob): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = filename;
  link.click();
  // Some browsers read the file asynchronously.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
