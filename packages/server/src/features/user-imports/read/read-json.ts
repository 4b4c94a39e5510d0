/** Reads JSON of any length: one object a line, or a document with an array of users. */

import { ReadingFailed } from "../../../errors/reading-failed.ts";
import { malformedRecord, type SourceRecord, toSourceRecord } from "./source-record.ts";

/** The longest record, in characters. */
const maxRecordLength = 1_000_000;

/**
 * The objects of a text with one JSON object in each line (JSONL, NDJSON). Empty lines are skipped; a line that is no JSON becomes
 * a record with a fault.
 * @throws ReadingFailed when a line is too long
 */
export async function* readJsonLines(chunks: AsyncIterable<string>): AsyncGenerator<SourceRecord> {
  let [rest, line] = ["", 0];
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > maxRecordLength) throw tooLong(line + lines.length + 1);
    for (const text of lines) {
      line += 1;
      const record = parseLine(text, line);
      if (record !== null) yield record;
    }
  }
  const last = parseLine(rest, line + 1);
  if (last !== null) yield last;
}

function parseLine(text: string, line: number): SourceRecord | null {
  const trimmed = text.replace(/^\ufeff/, "").trim();
  if (trimmed === "") return null;
  const value = parseJson(trimmed);
  return value === undefined ? malformedRecord(line) : toSourceRecord(line, value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The elements of the array `users` of a JSON object, as Keycloak and Firebase export them, or of a document that is an array.
 * Elements are found by their brackets, so that the document is never in memory as a whole.
 * @throws ReadingFailed when there is no such array, or an element is too long
 */
export async function* readJsonDocument(chunks: AsyncIterable<string>): AsyncGenerator<SourceRecord> {
  const scanner = createScanner();
  let number = 0;
  for await (const chunk of chunks) {
    for (const text of scanner.scan(chunk)) {
      number += 1;
      const value = parseJson(text);
      yield value === undefined ? malformedRecord(number) : toSourceRecord(number, value);
    }
  }
  if (!scanner.isComplete())
    throw new ReadingFailed(
      number === 0
        ? "The file has no users: it must be a JSON object with an array called users, or an array. One object a line belongs in a file whose name ends in .jsonl."
        : "The file ends in the middle of the users. Export it again.",
    );
}

/** Finds the elements of the array of users in text that comes in chunks. */
function createScanner() {
  let [depth, isInString, isEscaped] = [0, false, false];
  /** The last text at depth 1, which may be a property's name. */
  let property = "";
  /** The depth of the array's elements; null before it. */
  let elements: number | null = null;
  let isComplete = false;
  let element = "";

  function* scan(chunk: string): Generator<string> {
    let start = elements !== null && depth > elements ? 0 : -1;
    for (let index = 0; index < chunk.length && !isComplete; index += 1) {
      const letter = chunk[index] ?? "";
      if (isInString) {
        if (isEscaped) isEscaped = false;
        else if (letter === "\\") isEscaped = true;
        else if (letter === '"') isInString = false;
        if (depth === 1 && elements === null && isInString) property += letter;
        continue;
      }
      if (letter === '"') {
        isInString = true;
        if (depth === 1 && elements === null) property = "";
      } else if (letter === "{" || letter === "[") {
        depth += 1;
        if (elements === null && letter === "[" && (depth === 1 || (depth === 2 && property === "users")))
          elements = depth;
        else if (elements !== null && depth === elements + 1) start = index;
      } else if (letter === "}" || letter === "]") {
        depth -= 1;
        if (elements !== null && depth === elements) {
          yield element + chunk.slice(start, index + 1);
          element = "";
          start = -1;
        } else if (elements !== null && depth < elements) isComplete = true;
      }
    }
    if (start >= 0) element += chunk.slice(start);
    if (element.length > maxRecordLength)
      throw new ReadingFailed("A user of the file is longer than a megabyte.");
  }
  return { scan, isComplete: () => isComplete };
}

function tooLong(line: number): ReadingFailed {
  return new ReadingFailed(`Line ${line} is longer than a megabyte. Write one JSON object a line.`);
}
