import { byteOrderMark, csvLine } from "@gatehouse/sdk/contract";

/** Downloads a CSV file for spreadsheets, protected against formula injection. */
export function downloadCsv(
  filename: string,
  rows: ReadonlyArray<readonly (string | number | null)[]>,
): void {
  const text = byteOrderMark + rows.map(csvLine).join("");
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = filename;
  link.click();
  // Some browsers read the file asynchronously.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
