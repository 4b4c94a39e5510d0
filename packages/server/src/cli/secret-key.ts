/** The installation's own secret key, where none is configured. */
import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { secretKeyFile } from "../database/data-folder.ts";
import { CommandError } from "./command.ts";

/**
 * The key in `dataDir`, made at the first call. Needs the lock of the folder: two that make one at once would differ.
 * @throws CommandError when there is none, and data that needs the one that was there
 */
export function keepSecretKey(dataDir: string, { isInUse }: { readonly isInUse: boolean }): string {
  const file = secretKeyFile(dataDir);
  const kept = readSecretKey(file);
  if (kept !== null) return kept;
  if (isInUse) throw new CommandError(missingSecretKey(file));
  const made = randomBytes(32).toString("base64url");
  const unfinished = `${file}.new`;
  writeFileSync(unfinished, `${made}\n`, { mode: 0o600, flush: true });
  renameSync(unfinished, file);
  return made;
}

/** What to say when the key is gone and the database isn't. */
export function missingSecretKey(file: string): string {
  return `The secret key is missing: ${file} isn't there, although the database holds an organization. Restore the file from a backup. If it is lost, run: gatehouse migrate --accept-secret-key. That makes a new one, and the links in open invitations stop working: send them again.`;
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
