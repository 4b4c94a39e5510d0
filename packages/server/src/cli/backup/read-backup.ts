/** Reads the file of a backup, line by line. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import * as z from "zod/mini";
import { CommandError } from "../command.ts";
import {
  type BackupEnd,
  type BackupHeader,
  type BackupRow,
  endShape,
  formatVersion,
  headerShape,
  sectionShape,
} from "./backup-format.ts";

/** A backup that was read once from its first line to its last, and is whole. */
export interface CheckedBackup {
  readonly header: BackupHeader;
  readonly end: BackupEnd;
  readonly file: string;
}

/** Reads the whole file and throws `CommandError` unless it is whole and this version can restore it. */
export async function checkBackup(file: string): Promise<CheckedBackup> {
  const hash = createHash("sha256");
  let header: BackupHeader | null = null;
  let before: Buffer | null = null;
  try {
    for await (const line of readLines(file, () => undefined)) {
      header ??= readHeader(file, line);
      if (before !== null) hash.update(before).update("\n");
      before = line;
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw damaged(file, error);
  }
  const end = z.safeParse(endShape, parse(before));
  if (header === null || !end.success || end.data.sha256 !== hash.digest("hex")) throw damaged(file);
  return { header, end: end.data, file };
}

/** The rows of a whole backup, in the order in which they were written. */
export async function* readRows(
  { file }: CheckedBackup,
  onBytes: (read: number) => void,
): AsyncGenerator<{ readonly table: string; readonly row: BackupRow; readonly text: string }> {
  let table = "";
  for await (const line of readLines(file, onBytes)) {
    const value = parse(line);
    const section = z.safeParse(sectionShape, value);
    if (section.success) table = section.data.table;
    else if (Array.isArray(value)) yield { table, row: value as BackupRow, text: line.toString("utf8") };
  }
}

function readHeader(file: string, line: Buffer): BackupHeader {
  const value = parse(line);
  const header = z.safeParse(headerShape, value);
  const stated = z.safeParse(z.object({ format: z.literal("gatehouse-backup"), version: z.number() }), value);
  if (stated.success && stated.data.version !== formatVersion) {
    throw new CommandError(
      `${file} was made by a newer version of Gatehouse (format ${stated.data.version}). Restore it with that version or a later one.`,
    );
  }
  if (header.success) return header.data;
  throw new CommandError(`${file} is no backup of Gatehouse. Name a file that gatehouse backup has written.`);
}

function damaged(file: string, cause?: unknown): CommandError {
  const words = `The backup ${file} is damaged or was cut off: nothing was restored. Use another copy of it.`;
  return new CommandError(words, { cause });
}

function parse(line: Buffer | null): unknown {
  try {
    return JSON.parse((line ?? Buffer.alloc(0)).toString("utf8"));
  } catch {
    return null;
  }
}

/** Lines end with a line feed alone: texts hold other characters that some take for one. */
async function* readLines(file: string, onBytes: (read: number) => void): AsyncGenerator<Buffer> {
  const source = createReadStream(file);
  const unzipped = createGunzip();
  source.on("error", (error) => unzipped.destroy(error));
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source.pipe(unzipped) as AsyncIterable<Buffer>) {
    onBytes(source.bytesRead);
    let from = 0;
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = bytes.indexOf(10, rest.length); end !== -1; end = bytes.indexOf(10, from)) {
      yield bytes.subarray(from, end);
      from = end + 1;
    }
    rest = bytes.subarray(from);
  }
  if (rest.length > 0) yield rest;
}
