/** The installation's own secret key, where none is configured. */
import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "./command.ts";

/** Where it is kept. */
export function secretKeyFile(dataDir: string): string {
  return join(dataDir, "secret-key");
}

/** The key in `dataDir`, made at the first call. Needs the lock of the folder: two that make one at once would differ. */
export function keepSecretKey(dataDir: string): string {
  const file = secretKeyFile(dataDir);
  const kept = readSecretKey(file);
  if (kept !== null) return kept;
  const made = randomBytes(32).toString("base64url");
  const unfinished = `${file}.new`;
  writeFileSync(unfinished, `${made}\n`, { mode: 0o600, flush: true });
  renameSync(unfinished, file);
  return made;
}

/** The key in a file, or null where there is none. */
export function readSecretKey(file: string): string | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  if (text.length >= 32) return text;
  throw new CommandError(
    `The secret key in ${file} is damaged. Restore it from a backup; without it every open invitation link is dead.`,
  );
}
