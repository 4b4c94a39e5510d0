/** A hash of files: depends on their names and contents and on nothing else. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";

/**
 * SHA-256 over the paths and contents of `entries` (files, or folders with all that is in them), in hex.
 * @param {string} base the folder to which `entries` are relative
 * @param {readonly string[]} entries
 * @param {{ skip?: (path: string) => boolean }} [options] `skip` gets the path from `base`, with forward slashes
 * @returns {string}
 */
export function fingerprint(base, entries, { skip = () => false } = {}) {
  const hash = createHash("sha256");
  for (const path of entries.flatMap((entry) => listFiles(base, join(base, entry), skip)).sort()) {
    const content = readFileSync(join(base, path));
    hash.update(`${path}\n${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

/**
 * @param {string} base
 * @param {string} path
 * @param {(path: string) => boolean} skip
 * @returns {string[]}
 */
function listFiles(base, path, skip) {
  const name = relative(base, path).split(sep).join("/");
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || skip(name)) return [];
  if (!found.isDirectory()) return [name];
  return readdirSync(path).flatMap((child) => listFiles(base, join(path, child), skip));
}
