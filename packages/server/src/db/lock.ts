/**
 * Locks the data folder for one process: the embedded database takes no lock itself, and two writers would destroy
 * it. It is an operating-system lock on a file that SQLite opens exclusively: it ends with the process, however that
 * ends, and of two concurrent attempts one succeeds.
 */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as z from "zod/mini";

/** A locked data folder. */
export interface DataLock {
  readonly release: () => void;
}

/** The data folder is locked. The message says by whom and what to do. */
export class DataDirLocked extends Error {
  override readonly name = "DataDirLocked";
}

/** Who holds the lock: for messages only, never for decisions. */
const lockHolder = z.object({
  pid: z.number(),
  host: z.string(),
  command: z.string(),
  startedAt: z.string(),
});

/** Long enough for two concurrent attempts to resolve. Milliseconds. */
const busyTimeoutMs = 500;

/** Keeps the lock's database from being garbage-collected. */
const held = new Set<DatabaseSync>();

/** Locks `dataDir`, creating it if needed, for this process and `command`. */
export function lockDataDir(dataDir: string, command: string, now: Date): DataLock {
  const file = join(dataDir, "lock");
  const infoFile = join(dataDir, "lock.json");
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK); // SQLite's error would not say what is wrong
  if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
  const lock = new DatabaseSync(file, { timeout: busyTimeoutMs });
  try {
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw new DataDirLocked(
      `The data folder ${dataDir} is in use by ${describeHolder(infoFile)}. Stop that first, or set DATA_DIR to another folder.`,
    );
  }
  held.add(lock);
  const info = { pid: process.pid, host: hostname(), command, startedAt: now.toISOString() };
  writeFileSync(infoFile, `${JSON.stringify(info)}\n`, { mode: 0o600 });
  return {
    release: () => {
      if (!held.delete(lock)) return;
      rmSync(infoFile, { force: true });
      lock.close();
    },
  };
}

const sqliteBusy = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === sqliteBusy;
}

function describeHolder(infoFile: string): string {
  try {
    const { pid, host, command, startedAt } = z.parse(lockHolder, JSON.parse(readFileSync(infoFile, "utf8")));
    const place = host === hostname() ? "" : ` on ${host}`;
    return `process ${pid}${place} (gatehouse ${command}, since ${startedAt})`;
  } catch {
    return "another process"; // which has not written its lock.json yet
  }
}
