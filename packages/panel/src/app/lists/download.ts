import { byteOrderMark, csvLine } from "@gatehouse/sdk/contract";

/** Hands the reader a CSV file that opens in spreadsheets, with no cell that one would run as a formula. */
export function downloadCsv(
  filename: string,
  rows: ReadonlyArray<readonly (string | number | null)[]>,
): void {
  const text = byteOrderMark + rows.map(csvLine).join("");
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = filename;
  link.click();
  // Some browsers read the file a moment later.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
