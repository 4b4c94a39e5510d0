/** Reads a file to its end before anything is written: one that can't be read imports nothing. */

import { ReadingFailed } from "../../errors/reading-failed.ts";
import { type Mapping, readTitles } from "./map-record.ts";
import type { FieldName } from "./presets.ts";
import type { SourceRecord } from "./read/source-record.ts";

/** What a file contains. */
interface CheckedFile {
  readonly rowCount: number;
  /** Titles of columns that are not imported. */
  readonly ignored: readonly string[];
}

/**
 * Counts the records that `open` reads, and reads the titles of their columns.
 * @throws ReadingFailed when the file can't be read to its end, or has no addresses
 */
export async function checkRecords(
  open: (onTitles: (titles: readonly string[]) => void) => AsyncIterable<SourceRecord>,
  mapping: Mapping,
): Promise<CheckedFile> {
  let rowCount = 0;
  let hasTitles = false;
  const fields = new Set<FieldName>();
  const ignored = new Set<string>();
  const addTitles = (titles: readonly string[]) => {
    const read = readTitles(titles, mapping);
    for (const field of read.fields) fields.add(field);
    for (const title of read.ignored) ignored.add(title);
  };
  const records = open((titles) => {
    hasTitles = true;
    addTitles(titles);
  });
  for await (const record of records) {
    rowCount += 1;
    if (!hasTitles) addTitles([...record.fields.keys()]);
  }
  if ((rowCount > 0 || hasTitles) && !fields.has("email"))
    throw new ReadingFailed(
      "The file has no e-mail addresses. Name the columns in its first line: email, name, roles, externalId, phone, status, passwordHash.",
    );
  return { rowCount, ignored: [...ignored] };
}
