/** A lock between processes: a folder, because creating one is atomic. */
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const heartbeatMs = 2_000;
const staleAfterMs = 60_000;
/** By then the child processes of a dead owner have noticed and ended as well (follow-launcher.mjs). */
const gracePeriodMs = 1_500;

/**
 * Runs `work` while this process holds the lock `folder`, and waits while another process holds it. Takes over a lock
 * whose owner is dead or hasn't renewed it for a minute.
 * @template T
 * @param {string} folder
 * @param {() => Promise<T>} work
 * @param {{ onWait?: () => void, pollIntervalMs?: number }} [options]
 * @returns {Promise<T>}
 */
export async function withFileLock(folder, work, { onWait, pollIntervalMs = 100 } = {}) {
  mkdirSync(dirname(folder), { recursive: true });
  let isWaitReported = false;
  while (!acquire(folder)) {
    if (isStale(folder)) {
      await sleep(gracePeriodMs);
      removeIfStale(folder);
      continue;
    }
    if (!isWaitReported) onWait?.();
    isWaitReported = true;
    await sleep(pollIntervalMs);
  }
  const heartbeat = setInterval(() => renew(folder), heartbeatMs);
  const release = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    process.removeListener("exit", release);
    release();
  }
}

/** @param {string} folder */
function acquire(folder) {
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
function renew(folder) {
  try {
    utimesSync(folder, new Date(), new Date());
  } catch {
    // .cache was deleted meanwhile. Go on: at worst another process does the same work again.
  }
}

/** @param {string} folder */
function readOwner(folder) {
  try {
    const text = readFileSync(join(folder, "owner"), "utf8");
    const [pid, host] = text.split(" ");
    return { pid: Number(pid), host };
  } catch {
    return null; // not written yet, or removed with the lock
  }
}

/** @param {string} folder */
function isStale(folder) {
  const owner = readOwner(folder);
  return isExpired(folder) || (owner !== null && owner.host === hostname() && !isRunning(owner.pid));
}

/**
 * Removes a stale lock. Checks again under a second lock: since the first check another process may have removed the
 * stale lock and acquired it, and that one must not be removed.
 * @param {string} folder
 */
function removeIfStale(folder) {
  const takeover = `${folder}.takeover`;
  if (!acquire(takeover)) {
    if (isStale(takeover)) rmSync(takeover, { recursive: true, force: true });
    return;
  }
  try {
    if (isStale(folder)) rmSync(folder, { recursive: true, force: true });
  } finally {
    rmSync(takeover, { recursive: true, force: true });
  }
}

/** @param {string} folder */
function isExpired(folder) {
  const found = statSync(folder, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs > staleAfterMs;
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
