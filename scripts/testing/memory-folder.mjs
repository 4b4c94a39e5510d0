/** Temporary files of tests in memory: they create and remove thousands of files, which takes most of their time on a disk. */
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";

const folder = "/dev/shm";
const minFreeBytes = 8 * 1024 ** 3;

/**
 * The folder of a file system in memory; null where there is none with enough room, or programs can't be started from it.
 * @returns {string | null}
 */
export function findMemoryFolder() {
  if (!existsSync(folder) || !existsSync("/proc/mounts")) return null;
  const mount = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .find((line) => line.split(" ")[1] === folder);
  if (mount === undefined || mount.split(" ")[3]?.split(",").includes("noexec")) return null;
  const { bavail, bsize } = statfsSync(folder);
  return Math.min(bavail * bsize, process.availableMemory()) > minFreeBytes ? folder : null;
}

/** Lets this process and its children have their temporary files in memory, if possible, until this process ends. */
export function provideMemoryFolder() {
  const parent = findMemoryFolder();
  if (parent === null) return;
  removeLeftovers(parent);
  const temporary = mkdtempSync(join(parent, `gatehouse-${process.pid}-`));
  chmodSync(temporary, 0o755); // programs that run as another user read it
  process.env["TMPDIR"] = temporary;
  process.once("exit", () => rmSync(temporary, { recursive: true, force: true, maxRetries: 5 }));
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]))
    process.once(signal, () => process.exit(1));
}

/**
 * Removes the folders of processes that were killed.
 * @param {string} parent
 */
function removeLeftovers(parent) {
  for (const name of readdirSync(parent)) {
    const [, pid] = /^gatehouse-(\d+)-/.exec(name) ?? [];
    if (pid !== undefined && !existsSync(`/proc/${pid}`))
      rmSync(join(parent, name), { recursive: true, force: true });
  }
}
