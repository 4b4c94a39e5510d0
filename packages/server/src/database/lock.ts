/**
 * One process at a time works on a data folder: the embedded database takes no lock of its own, and two writers destroy
 * it. The lock is the operating system's, on a file that SQLite opens exclusively: it ends with the process, however
 * that ends, and of two that ask at the same moment one gets it.
 */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as z from "zod/mini";

/** A data folder that is ours. */
export interface DataLock {
  readonly release: () => void;
}

/** The data folder can't be had. The message says who has it and what to do. */
export class DataDirLocked extends Error {
  override readonly name = "DataDirLocked";
}

/** Who holds a lock: for people to read, never to decide by. */
const holder = z.object({ pid: z.number(), host: z.string(), command: z.string(), startedAt: z.string() });

/** Long enough for two that ask at once to find out who was first. Milliseconds. */
const patience = 500;

/** What the garbage collector must not close. */
const held = new Set<DatabaseSync>();

/** Takes the lock of `dataDir`, which is made if it is missing, for this process and `command`. */
export function lockDataDir(dataDir: string, command: string, now: Date): DataLock {
  const file = join(dataDir, "lock");
  const note = join(dataDir, "lock.json");
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK); // SQLite would not say what is wrong
  if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
  const lock = new DatabaseSync(file, { timeout: patience });
  try {
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw new DataDirLocked(
      `The data folder ${dataDir} is in use by ${describeHolder(note)}. Stop that first, or set DATA_DIR to another folder.`,
    );
  }
  held.add(lock);
  const us = { pid: process.pid, host: hostname(), command, startedAt: now.toISOString() };
  writeFileSync(note, `${JSON.stringify(us)}\n`, { mode: 0o600 });
  return {
    release: () => {
      if (!held.delete(lock)) return;
      rmSync(note, { force: true });
      lock.close();
    },
  };
}

const sqliteBusy = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === sqliteBusy;
}

function describeHolder(note: string): string {
  try {
    const { pid, host, command, startedAt } = z.parse(holder, JSON.parse(readFileSync(note, "utf8")));
    const place = host === hostname() ? "" : ` on ${host}`;
    return `process ${pid}${place} (gatehouse ${command}, since ${startedAt})`;
  } catch {
    return "another process"; // which has not written its note yet
  }
}
