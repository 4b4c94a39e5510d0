/** A lock between processes: a folder, because making one either succeeds or says that another made it first. */
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const heartbeat = 2_000;
const silence = 60_000;
/** After this long, what a dead owner had started has noticed and ended too (follow-launcher.mjs). */
const mourning = 1_500;

/**
 * Runs `work` while this process alone holds the lock `folder`; waits for whoever holds it. A lock whose owner is dead,
 * or has given no sign of life for a minute, is taken over.
 * @template T
 * @param {string} folder
 * @param {() => Promise<T>} work
 * @param {{ onWait?: () => void, pollEvery?: number }} [options]
 * @returns {Promise<T>}
 */
export async function exclusively(folder, work, { onWait, pollEvery = 100 } = {}) {
  mkdirSync(dirname(folder), { recursive: true });
  let isTold = false;
  while (!take(folder)) {
    if (isAbandoned(folder)) {
      await wait(mourning);
      removeIfAbandoned(folder);
      continue;
    }
    if (!isTold) onWait?.();
    isTold = true;
    await wait(pollEvery);
  }
  const alive = setInterval(() => touch(folder), heartbeat);
  const release = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    clearInterval(alive);
    process.removeListener("exit", release);
    release();
  }
}

/** @param {string} folder */
function take(folder) {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  }
  writeFileSync(join(folder, "owner"), `${process.pid} ${hostname()}`);
  return true;
}

/** @param {string} folder */
function touch(folder) {
  try {
    utimesSync(folder, new Date(), new Date());
  } catch {
    // Someone deleted .cache meanwhile. The work goes on; the worst that can come of it is that it is done twice.
  }
}

/** @param {string} folder */
function ownerOf(folder) {
  try {
    const text = readFileSync(join(folder, "owner"), "utf8");
    const [pid, host] = text.split(" ");
    return { pid: Number(pid), host };
  } catch {
    return null; // not written yet, or gone with the lock
  }
}

/** @param {string} folder */
function isAbandoned(folder) {
  const owner = ownerOf(folder);
  return isSilent(folder) || (owner !== null && owner.host === hostname() && !isRunning(owner.pid));
}

/**
 * Removes the lock of an owner that is gone. Asked a second time under a lock of its own: between the first look and
 * the removal another process may have done the same and taken the lock, which must not be removed.
 * @param {string} folder
 */
function removeIfAbandoned(folder) {
  const takeover = `${folder}.takeover`;
  if (!take(takeover)) {
    if (isAbandoned(takeover)) rmSync(takeover, { recursive: true, force: true });
    return;
  }
  try {
    if (isAbandoned(folder)) rmSync(folder, { recursive: true, force: true });
  } finally {
    rmSync(takeover, { recursive: true, force: true });
  }
}

/** @param {string} folder */
function isSilent(folder) {
  const made = statSync(folder, { throwIfNoEntry: false });
  return made !== undefined && Date.now() - made.mtimeMs > silence;
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}
