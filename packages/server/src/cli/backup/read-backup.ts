/** Reads a backup file line by line. */
import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { createGunzip } from "node:zlib";
import { CommandError } from "@gatehouse/cli";
import * as z from "zod/mini";
import {
  type BackupHeader,
  type BackupManifest,
  formatVersion,
  headerSchema,
  manifestSchema,
  sectionSchema,
} from "./backup-format.ts";
import type { SnapshotPage } from "./read-snapshot.ts";

/** A backup that was read completely and whose hash is correct. */
export interface CheckedBackup {
  readonly header: BackupHeader;
  readonly manifest: BackupManifest;
  readonly file: string;
}

/**
 * Reads the whole file.
 * @throws CommandError when it is damaged, incomplete or of a version that can't be restored
 */
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
    throw createDamagedError(file, error);
  }
  const end = z.safeParse(manifestSchema, parseJson(before));
  if (header === null || !end.success || end.data.sha256 !== hash.digest("hex"))
    throw createDamagedError(file);
  return { header, manifest: end.data, file };
}

/** Limits of one page. */
const maxPageRows = 500;
const maxPageCharacters = 1_000_000;

/** The rows of a backup in the order of the file. */
export async function* readBackupPages(
  { file }: CheckedBackup,
  onProgress: (done: number, all: number) => void,
): AsyncGenerator<SnapshotPage> {
  const { size } = statSync(file);
  let table = "";
  let lines: string[] = [];
  let characters = 0;
  for await (const line of readLines(file, (read) => onProgress(read, size))) {
    const isRow = line[0] === openingBracket;
    if (!isRow || lines.length === maxPageRows || characters > maxPageCharacters) {
      if (lines.length > 0) yield { table, lines };
      lines = [];
      characters = 0;
    }
    if (isRow) {
      lines.push(line.toString("utf8"));
      characters += line.length;
    } else {
      const section = z.safeParse(sectionSchema, parseJson(line));
      if (section.success) table = section.data.table;
    }
  }
  onProgress(size, size);
}

const openingBracket = 0x5b;

function readHeader(file: string, line: Buffer): BackupHeader {
  const value = parseJson(line);
  const header = z.safeParse(headerSchema, value);
  const identified = z.safeParse(
    z.object({ format: z.literal("gatehouse-backup"), version: z.number() }),
    value,
  );
  if (identified.success && identified.data.version > formatVersion) {
    throw new CommandError(
      `${file} was made by a newer version of Gatehouse (format ${identified.data.version}). Restore it with that version or a later one.`,
      { code: "backup/newer-version" },
    );
  }
  if (header.success) return header.data;
  throw new CommandError(
    `${file} is not a backup of Gatehouse. Name a file that gatehouse backup has written.`,
    { code: "backup/not-a-backup" },
  );
}

function createDamagedError(file: string, cause?: unknown): CommandError {
  const message = `The backup ${file} is damaged or was cut off: nothing was restored. Use another copy of it.`;
  return new CommandError(message, { code: "backup/damaged", cause });
}

function parseJson(line: Buffer | null): unknown {
  try {
    return JSON.parse((line ?? Buffer.alloc(0)).toString("utf8"));
  } catch {
    return null;
  }
}

/** Splits at line feeds only: texts may contain other characters that readline treats as a line end. */
async function* readLines(file: string, onBytes: (read: number) => void): AsyncGenerator<Buffer> {
  const source = createReadStream(file);
  const unzipped = createGunzip();
  source.on("error", (error) => unzipped.destroy(error));
  let incomplete: Buffer = Buffer.alloc(0);
  for await (const chunk of source.pipe(unzipped) as AsyncIterable<Buffer>) {
    onBytes(source.bytesRead);
    let from = 0;
    const bytes = incomplete.length === 0 ? chunk : Buffer.concat([incomplete, chunk]);
    for (let end = bytes.indexOf(10, incomplete.length); end !== -1; end = bytes.indexOf(10, from)) {
      yield bytes.subarray(from, end);
      from = end + 1;
    }
    incomplete = bytes.subarray(from);
  }
  if (incomplete.length > 0) yield incomplete;
}
