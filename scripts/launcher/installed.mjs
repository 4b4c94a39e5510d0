/**
 * Decides whether what is installed is what a lock file asks for. npm writes `node_modules/.package-lock.json` as the
 * last act of an installation, so an interrupted one can't be taken for a complete one.
 */
import { readFileSync } from "node:fs";

/**
 * @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean, devOptional?: boolean,
 *   os?: string[], cpu?: string[], libc?: string[] }} Locked one entry of `packages` in a package-lock.json
 * @typedef {{ packages?: Record<string, Locked> }} Lock
 * @typedef {{ platform: string, arch: string, libc: string | null }} Machine `libc` on Linux: "glibc" or "musl"
 */

/**
 * Says what differs between the lock file and the installation; null when they agree.
 * @param {string} lockFile
 * @param {string} installedLockFile npm's record inside node_modules
 * @param {Machine} [machine]
 * @returns {string | null} for people, e.g. "fastify 5.12.7 is installed, 5.12.8 is locked"
 */
export function installationGap(lockFile, installedLockFile, machine = thisMachine()) {
  const installed = readLock(installedLockFile);
  if (installed === null) return "nothing is installed";
  const locked = readLock(lockFile);
  if (locked === null) return `${lockFile} can't be read`;
  return lockGap(locked, installed, machine);
}

/**
 * The same for two lock files that are already read.
 * @param {Lock} locked
 * @param {Lock} installed
 * @param {Machine} machine
 * @returns {string | null}
 */
export function lockGap(locked, installed, machine) {
  const wanted = Object.entries(locked.packages ?? {}).filter(([place]) => place.includes("node_modules/"));
  const present = installed.packages ?? {};
  for (const [place, entry] of wanted) {
    const other = present[place];
    if (other === undefined) {
      if (mustBePresent(entry, machine)) return `${place} is missing`;
    } else if (other.version !== entry.version || other.integrity !== entry.integrity) {
      return `${place} is ${other.version}, ${entry.version} is locked`;
    }
  }
  const known = new Set(wanted.map(([place]) => place));
  const stray = Object.keys(present).find((place) => place.includes("node_modules/") && !known.has(place));
  return stray === undefined ? null : `${stray} is installed but not locked`;
}

/**
 * Optional packages may be absent, but not those made for this very machine: then node_modules came from another one,
 * or npm left the package out without a word, as it does when a download fails or the Node that runs it is too old.
 * @param {Locked} entry
 * @param {Machine} machine
 */
function mustBePresent(entry, { platform, arch, libc }) {
  if (entry.optional !== true && entry.devOptional !== true) return true;
  if (entry.os === undefined || entry.cpu === undefined) return false;
  if (entry.libc !== undefined && (libc === null || !entry.libc.includes(libc))) return false;
  return entry.os.includes(platform) && entry.cpu.includes(arch);
}

/** @returns {Machine} */
function thisMachine() {
  const { platform, arch } = process;
  if (platform !== "linux") return { platform, arch, libc: null };
  const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return { platform, arch, libc: header.glibcVersionRuntime === undefined ? "musl" : "glibc" };
}

/**
 * @param {string} file
 * @returns {Lock | null}
 */
function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}
