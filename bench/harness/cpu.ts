/** CPU time and memory of processes, from /proc: steadier than requests a second on a busy machine. Linux only. */
import { readdirSync, readFileSync } from "node:fs";

/** Milliseconds of one tick in /proc: 100 a second on every Linux. */
const tickMs = 10;

interface ProcessTimes {
  readonly parent: number;
  readonly ownMs: number;
  /** Of children that have ended. */
  readonly endedChildrenMs: number;
}

/** The CPU time of a process so far, in milliseconds. */
export function readCpuMs(pid: number): number {
  return readTimes(pid)?.ownMs ?? Number.NaN;
}

/** The CPU time of a PostgreSQL server so far, with all its processes, the ended ones included. */
export function readPostgresCpuMs(postmaster: number): number {
  const own = readTimes(postmaster);
  if (own === null) return Number.NaN;
  const running = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readTimes(Number(name)))
    .filter((times) => times?.parent === postmaster);
  return running.reduce((sum, times) => sum + (times?.ownMs ?? 0), own.ownMs + own.endedChildrenMs);
}

/** The resident memory of a process, in MB. */
export function readMemoryMb(pid: number): number {
  const [, kilobytes = "NaN"] =
    /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1_024;
}

/** The memory of a PostgreSQL server with all its processes, in MB: what they share counts once. */
export function readPostgresMemoryMb(postmaster: number): number {
  const pids = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const processes = pids.filter((pid) => pid === postmaster || readTimes(pid)?.parent === postmaster);
  return processes.reduce((sum, pid) => sum + readProportionalMb(pid), 0);
}

/** 0 for a process that has ended. */
function readProportionalMb(pid: number): number {
  try {
    const [, kilobytes = "NaN"] =
      /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8")) ?? [];
    return Number(kilobytes) / 1_024;
  } catch {
    return 0;
  }
}

/** The parent of a process: of a backend it is the postmaster. */
export function readParent(pid: number): number {
  return readTimes(pid)?.parent ?? Number.NaN;
}

/** Null for a process that has ended. */
function readTimes(pid: number): ProcessTimes | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return null;
  }
  // The name of the program, in parentheses, may contain spaces.
  const fields = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [parent, user, system, childUser, childSystem] = [1, 11, 12, 13, 14].map((at) => fields[at] ?? 0);
  return {
    parent: parent ?? 0,
    ownMs: ((user ?? 0) + (system ?? 0)) * tickMs,
    endedChildrenMs: ((childUser ?? 0) + (childSystem ?? 0)) * tickMs,
  };
}
