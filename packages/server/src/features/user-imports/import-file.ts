/** The file of an import, stored in encrypted parts. */
import type { Deps } from "../../deps.ts";
import type { ImportRow } from "./import-row.ts";
import { type Mapping, mapRecord } from "./map-record.ts";
import { findPart, type ImportKey, type StoredImport } from "./queries.ts";
import { readUserText } from "./read/read-file.ts";
import type { SourceRecord } from "./read/source-record.ts";

type FileDeps = Pick<Deps, "db" | "secrets">;

const purpose = "user-import";
const toOwner = ({ importId }: ImportKey, number: number): string => `${importId}/${number}`;

/** The content of a part as it is stored: a file may have password hashes. */
export function encryptPart(
  { secrets }: Pick<Deps, "secrets">,
  key: ImportKey,
  { number, text }: { readonly number: number; readonly text: string },
): string {
  return secrets.encrypt(purpose, text, toOwner(key, number));
}

/** A part is missing, or was encrypted with another secret key. */
export class FileLost extends Error {
  override readonly name = "FileLost";
}

/** The text of the file. No transaction stays open between two parts. */
async function* readParts(
  { db, secrets }: FileDeps,
  { organizationId, id: importId, parts }: StoredImport,
): AsyncGenerator<string> {
  const key = { organizationId, importId };
  for (let number = 1; number <= parts; number += 1) {
    const content = await db.tenant(organizationId, (tx) => findPart(tx, key, number), { readOnly: true });
    const text = content === null ? null : secrets.decrypt(purpose, content, toOwner(key, number));
    if (text === null) throw new FileLost(`Part ${number} of the import ${importId} can't be read.`);
    yield text;
  }
}

/** The records of the file. */
export function readRecords(
  deps: FileDeps,
  one: StoredImport,
  onTitles?: (titles: readonly string[]) => void,
): AsyncIterable<SourceRecord> {
  return readUserText(one.fileName, readParts(deps, one), onTitles);
}

/** The rows of records, in batches. */
export async function* toBatches(
  records: AsyncIterable<SourceRecord>,
  mapping: Mapping,
  size: number,
): AsyncGenerator<readonly ImportRow[]> {
  let rows: ImportRow[] = [];
  for await (const record of records) {
    rows.push(mapRecord(record, mapping));
    if (rows.length < size) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}
