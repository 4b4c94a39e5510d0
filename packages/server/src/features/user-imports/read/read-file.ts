/** Opens a file of users and reads it in the format that its name says. */
import { createReadStream } from "node:fs";
import { ReadingFailed } from "../../../errors/reading-failed.ts";
import { readCsv } from "./read-csv.ts";
import { readJsonDocument, readJsonLines } from "./read-json.ts";
import type { SourceRecord } from "./source-record.ts";

/**
 * The records of a file: `.csv` (also `.tsv` and `.txt`), `.jsonl` or `.ndjson` with one object a line, or `.json` with an array of
 * users. Reading needs the same memory for a small file and a large one.
 * `onTitles` is called with the titles of a CSV file's columns.
 * @throws ReadingFailed
 */
export function readUserFile(
  path: string,
  onTitles?: (titles: readonly string[]) => void,
): AsyncIterable<SourceRecord> {
  return readUserText(path, decode(createReadStream(path, { highWaterMark: 128 * 1024 })), onTitles);
}

/**
 * The same for a text that comes in chunks.
 * @throws ReadingFailed
 */
export function readUserText(
  fileName: string,
  chunks: AsyncIterable<string>,
  onTitles?: (titles: readonly string[]) => void,
): AsyncIterable<SourceRecord> {
  switch (findFormat(fileName)) {
    case "csv":
      return readCsv(chunks, onTitles);
    case "jsonl":
      return readJsonLines(chunks);
    case "json":
      return readJsonDocument(chunks);
    case null:
      throw new ReadingFailed(unknownFormat);
  }
}

/** What to say about a file whose name ends in something else. */
export const unknownFormat =
  "The name of the file must end in .csv, .jsonl or .json, so that its format is known.";

/** The format that a file's name says; null for an unknown one. */
export function findFormat(fileName: string): "csv" | "jsonl" | "json" | null {
  const extension = /\.([a-z]+)$/i.exec(fileName)?.[1]?.toLowerCase() ?? "";
  if (["csv", "tsv", "txt"].includes(extension)) return "csv";
  if (["jsonl", "ndjson"].includes(extension)) return "jsonl";
  return extension === "json" ? "json" : null;
}

async function* decode(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    for await (const chunk of chunks) {
      const text = decoder.decode(chunk, { stream: true });
      if (text.includes("\0")) throw noText();
      yield text;
    }
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw noText();
    throw error;
  }
}

function noText(): ReadingFailed {
  return new ReadingFailed("The file is not text in UTF-8. Save it as “CSV UTF-8”, and try again.");
}
