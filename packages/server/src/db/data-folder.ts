/**
 * The data folder of an embedded installation. It is marked when its database is first created, so that a database
 * that goes missing later is noticed instead of silently replaced by an empty one.
 */
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { DataFolderRefused, restoreBackup } from "./embedded/check-cluster.ts";

/** Increased when an older program could no longer read the folder. */
const currentFormat = 1;

const folderMark = z.object({ format: z.int(), installationId: z.uuid(), createdAt: z.string() });

/** The installation that the folder belongs to. */
type FolderMark = z.output<typeof folderMark>;

const markFile = (dataDir: string) => join(dataDir, "installation.json");

/** Where the embedded database of a data folder lives. */
export function databaseFolder(dataDir: string): string {
  return join(dataDir, "database");
}

/** Where a restore makes the embedded database of a data folder, until it is complete. */
export function restoringFolder(dataDir: string): string {
  return `${databaseFolder(dataDir)}.restoring`;
}

/** Where the secret key of a data folder lives. */
export function secretKeyFile(dataDir: string): string {
  return join(dataDir, "secret-key");
}

/**
 * Checks that the data folder has a database, or that one may be created.
 * @throws DataFolderRefused where there are traces of an earlier one that is missing
 */
export function checkEmbeddedFolder(dataDir: string): void {
  if (existsSync(join(dataDir, "PG_VERSION"))) {
    throw new DataFolderRefused(
      `DATA_DIR is ${dataDir}, which is a database itself. Set it to the folder above, in which this one is called database.`,
    );
  }
  const found = readMark(dataDir);
  if (existsSync(databaseFolder(dataDir))) return;
  const unfinished = restoringFolder(dataDir);
  if (existsSync(unfinished) || existsSync(`${unfinished}.new`)) {
    throw new DataFolderRefused(
      `A restore into ${dataDir} was interrupted before it was complete. Run gatehouse restore again with the same file: it begins from the start. To begin with an empty database instead, remove ${unfinished}.`,
    );
  }
  const traces = [
    ...(found === null ? [] : [`${markFile(dataDir)} of ${found.createdAt}`]),
    ...(existsSync(secretKeyFile(dataDir)) ? [secretKeyFile(dataDir)] : []),
  ];
  if (traces.length === 0) return;
  throw new DataFolderRefused(
    `The database is missing: ${databaseFolder(dataDir)} isn't there, although ${dataDir} holds ${traces.join(" and ")}. No new one was made. ${restoreBackup}`,
  );
}

/** Marks a data folder whose database has been created, unless it is marked. Needs the lock of the folder. */
export function markDataFolder(dataDir: string, now: Date): void {
  if (readMark(dataDir) !== null) return;
  const newMark: FolderMark = {
    format: currentFormat,
    installationId: randomUUID(),
    createdAt: now.toISOString(),
  };
  const temporaryFile = `${markFile(dataDir)}.new`;
  writeFileSync(temporaryFile, `${JSON.stringify(newMark)}\n`, { mode: 0o600, flush: true });
  renameSync(temporaryFile, markFile(dataDir));
}

function readMark(dataDir: string): FolderMark | null {
  if (!existsSync(markFile(dataDir))) return null;
  const text = readFileSync(markFile(dataDir), "utf8");
  const parsed = z.safeParse(folderMark, parseJson(text));
  if (!parsed.success) {
    throw new DataFolderRefused(`${markFile(dataDir)} is damaged. ${restoreBackup}`);
  }
  if (parsed.data.format > currentFormat) {
    throw new DataFolderRefused(
      `${dataDir} was made by a newer version of Gatehouse. Start that version, or set DATA_DIR to another folder.`,
    );
  }
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
