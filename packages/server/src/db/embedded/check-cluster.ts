/**
 * Checks that a folder has a complete database: started on an incomplete one, the engine would create a new one in
 * its place.
 */
import { accessSync, constants, existsSync, readdirSync, readFileSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";

/** The data folder can't be used. The message says what is wrong and what to do. */
export class DataFolderRefused extends Error {
  override readonly name = "DataFolderRefused";
}

/** What to do about damage. */
export const restoreBackup =
  "Restore the whole data folder from a backup, or set DATA_DIR to another folder to begin with an empty database.";

const folders =
  "base base/1 base/5 global pg_commit_ts pg_dynshmem pg_logical pg_multixact/members pg_multixact/offsets pg_notify pg_replslot pg_serial pg_snapshots pg_stat pg_stat_tmp pg_subtrans pg_tblspc pg_twophase pg_wal pg_xact".split(
    " ",
  );
const files = "PG_VERSION global/pg_control global/pg_filenode.map base/5/pg_filenode.map".split(" ");
/** Folders that are never empty, and the pattern of their file names. */
const requiredFiles = { pg_wal: /^[0-9A-F]{24}$/, pg_xact: /^[0-9A-F]{4}$/ };

/** The engine writes a few megabytes at start. Bytes. */
const minFreeBytes = 32 * 1024 * 1024;

/**
 * Checks that every part of a database is in `folder`, which exists, and is readable and writable.
 * @throws DataFolderRefused naming what is missing
 */
export function checkCluster(folder: string): void {
  if (readdirSync(folder).length === 0) {
    throw new DataFolderRefused(
      `${folder} is empty: the database that was there is gone. ${restoreBackup} If there never was one, remove that empty folder.`,
    );
  }
  const missing = [
    ...folders.filter((name) => !isFolder(join(folder, name))),
    ...files.filter((name) => !isFilledFile(join(folder, name))),
    ...Object.entries(requiredFiles)
      .filter(([name, pattern]) => isFolder(join(folder, name)) && !hasFile(join(folder, name), pattern))
      .map(([name]) => `the files in ${name}`),
  ];
  if (missing.length > 0) {
    const list = missing.slice(0, 5).join(", ") + (missing.length > 5 ? " and more" : "");
    throw new DataFolderRefused(
      `The database in ${folder} is damaged: missing or empty are ${list}. Nothing was changed. ${restoreBackup}`,
    );
  }
  for (const name of ["", ...files, "pg_wal"])
    accessSync(join(folder, name), constants.R_OK | constants.W_OK);
}

/** The error for a complete database that doesn't start. */
export function explainFailedStart(folder: string, cause: unknown): DataFolderRefused {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < minFreeBytes) {
    return new DataFolderRefused(
      `The disk that holds ${folder} is full. Free some space and start again; nothing is lost.`,
      { cause },
    );
  }
  const version = readFileSync(join(folder, "PG_VERSION"), "utf8").trim();
  return new DataFolderRefused(
    `The database in ${folder}, made by PostgreSQL ${version}, can't be started: its files are damaged, or of another version than this program's. ${restoreBackup}`,
    { cause },
  );
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function isFilledFile(path: string): boolean {
  return existsSync(path) && statSync(path).size > 0;
}

function hasFile(folder: string, pattern: RegExp): boolean {
  return readdirSync(folder).some((name) => pattern.test(name));
}
