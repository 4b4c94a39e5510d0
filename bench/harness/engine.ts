/** An engine that checks permissions in process. */
import type { Candidate } from "./compare.ts";
import type { Checks } from "./fixtures.ts";

/** An engine with the fixtures loaded. */
export interface Engine {
  readonly name: string;
  /** Checks in a round: some ten milliseconds of work. */
  readonly checksPerRound: number;
  /** Uses only the first checks, for slow engines. */
  readonly checkLimit?: number;
  /** Runs before each round. */
  readonly prepare?: () => Promise<void>;
  /** Runs the checks from `from` up to `to` and counts the granted ones. Each engine has its own loop, so that V8 optimizes it separately. */
  readonly count: (from: number, to: number) => number | Promise<number>;
}

/** Runs the first checks on all engines; throws when a result differs from the expected one. */
export async function assertSameAnswers(
  engines: readonly Engine[],
  { users, permissions, expected }: Checks,
  sample: number,
): Promise<void> {
  for (const { name, prepare, count } of engines) {
    await prepare?.();
    for (let at = 0; at < sample; at += 1) {
      const isGranted = (await count(at, at + 1)) === 1;
      if (isGranted !== expected[at])
        throw new Error(
          `${name} returns ${isGranted} for ${users[at]} and ${permissions[at]}; the others don't.`,
        );
    }
  }
}

/**
 * A candidate that measures nanoseconds of this thread's CPU time per check, so that other processes don't matter. Throws on wrong
 * results.
 */
export function toCandidate(engine: Engine, { expected }: Checks): Candidate {
  const { name, checksPerRound, checkLimit, prepare, count } = engine;
  const all = checkLimit ?? expected.length;
  const batchSize = Math.min(checksPerRound, all);
  const slices = Math.floor(all / batchSize);
  const repeats = Math.max(1, Math.floor(checksPerRound / batchSize));
  const grantedBySlice = Array.from({ length: slices }, (_, slice) => {
    return expected.slice(slice * batchSize, (slice + 1) * batchSize).filter(Boolean).length;
  });
  let slice = 0;
  const round = async () => {
    await prepare?.();
    const from = slice * batchSize;
    let counted = 0;
    const before = process.threadCpuUsage();
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const granted = count(from, from + batchSize);
      counted += typeof granted === "number" ? granted : await granted;
    }
    const { user, system } = process.threadCpuUsage(before);
    if (counted !== repeats * (grantedBySlice[slice] ?? 0))
      throw new Error(`${name} returned wrong results while it was measured.`);
    slice = (slice + 1) % slices;
    return ((user + system) * 1_000) / (repeats * batchSize);
  };
  return { name, round };
}
