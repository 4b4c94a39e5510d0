/**
 * Compares what is installed with a lock file. npm writes `node_modules/.package-lock.json` as the last step of an
 * installation, so an interrupted one is never taken for complete.
 */
import { readFileSync } from "node:fs";

/**
 * @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean, devOptional?: boolean,
 *   os?: string[], cpu?: string[], libc?: string[] }} Locked one entry of `packages` in a package-lock.json
 * @typedef {{ packages?: Record<string, Locked> }} Lock
 * @typedef {{ platform: string, arch: string, libc: string | null }} Machine `libc` on Linux: "glibc" or "musl"
 */

/**
 * Describes the first difference between the lock file and the installation; null when they match.
 * @param {string} lockFile
 * @param {string} installedLockFile npm's record inside node_modules
 * @param {Machine} [machine]
 * @returns {string | null} a message, e.g. "fastify 5.12.7 is installed, 5.12.8 is locked"
 */
export function findInstallationMismatch(lockFile, installedLockFile, machine = describeThisMachine()) {
  const installed = readLock(installedLockFile);
  if (installed === null) return "nothing is installed";
  const locked = readLock(lockFile);
  if (locked === null) return `${lockFile} can't be read`;
  return findLockMismatch(locked, installed, machine);
}

/**
 * The same for two parsed lock files.
 * @param {Lock} locked
 * @param {Lock} installed
 * @param {Machine} machine
 * @returns {string | null}
 */
export function findLockMismatch(locked, installed, machine) {
  const wanted = Object.entries(locked.packages ?? {}).filter(([place]) => place.includes("node_modules/"));
  const present = installed.packages ?? {};
  for (const [place, entry] of wanted) {
    const other = present[place];
    if (other === undefined) {
      if (isRequired(entry, machine)) return `${place} is missing`;
    } else if (other.version !== entry.version || other.integrity !== entry.integrity) {
      return `${place} is ${other.version}, ${entry.version} is locked`;
    }
  }
  const known = new Set(wanted.map(([place]) => place));
  const extra = Object.keys(present).find((place) => place.includes("node_modules/") && !known.has(place));
  return extra === undefined ? null : `${extra} is installed but not locked`;
}

/**
 * Optional packages may be absent, except those built for this machine: then node_modules was copied from another
 * machine, or npm skipped the package silently, as it does when a download fails or its Node is too old.
 * @param {Locked} entry
 * @param {Machine} machine
 */
function isRequired(entry, { platform, arch, libc }) {
  if (entry.optional !== true && entry.devOptional !== true) return true;
  if (entry.os === undefined || entry.cpu === undefined) return false;
  if (entry.libc !== undefined && (libc === null || !entry.libc.includes(libc))) return false;
  return entry.os.includes(platform) && entry.cpu.includes(arch);
}

/** @returns {Machine} */
function describeThisMachine() {
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
