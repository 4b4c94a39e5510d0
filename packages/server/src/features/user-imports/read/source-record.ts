/** A record of a file, before its fields are mapped. */
import type { Refusal } from "../import-row.ts";

/** The values of a record by normalized key. */
export interface SourceRecord {
  /** The number of its first line, from 1; in a JSON document the number of the element. */
  readonly line: number;
  readonly fields: ReadonlyMap<string, unknown>;
  /** Why the record can't be read. */
  readonly fault?: Refusal;
}

/** The key of a column or property: without case, spaces and punctuation. `External ID`, `external_id` and `externalId` are one. */
export function normalizeKey(title: string): string {
  return title
    .normalize("NFKD")
    .replaceAll(/[^\p{L}\p{N}]+/gu, "")
    .toLowerCase();
}

/** The record of a parsed JSON value. */
export function toSourceRecord(line: number, value: unknown): SourceRecord {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { line, fields: new Map(), fault: noObject };
  return { line, fields: new Map(Object.entries(value).map(([key, field]) => [normalizeKey(key), field])) };
}

const noObject: Refusal = {
  code: "imports/malformed",
  detail: "This is no JSON object. Write one object with the fields of one user.",
};

/** A record whose text is not JSON. */
export function malformedRecord(line: number): SourceRecord {
  return { line, fields: new Map(), fault: { code: "imports/malformed", detail: "This is no valid JSON." } };
}
