/** Whatever answers "may this user do that?" in process. */
import type { Contestant } from "./compare.ts";
import type { Questions } from "./world.ts";

/** An engine that is filled with the world. */
export interface Engine {
  readonly name: string;
  /** How many questions it is asked in a round: some ten milliseconds' worth. */
  readonly perRound: number;
  /** How many of the first questions it is asked, where it can't be all of them. */
  readonly among?: number;
  /** Waited for before each round. */
  readonly prepare?: () => Promise<void>;
  /** Asks the questions from `from` up to `to` and counts the yes. A loop of its own, so that no other engine shares its compiled code. */
  readonly count: (from: number, to: number) => number | Promise<number>;
}

/** Asks all engines the first questions one by one; throws when one of them says anything else than expected. */
export async function expectAgreement(
  engines: readonly Engine[],
  { users, permissions, expected }: Questions,
  sample: number,
): Promise<void> {
  for (const { name, prepare, count } of engines) {
    await prepare?.();
    for (let at = 0; at < sample; at += 1) {
      const said = (await count(at, at + 1)) === 1;
      if (said !== expected[at])
        throw new Error(
          `${name} says ${said} to whether ${users[at]} may ${permissions[at]}; the others don't.`,
        );
    }
  }
}

/**
 * The engine as a contestant whose figure is nanoseconds of this thread's processor time a question: what others do on the
 * machine meanwhile doesn't count. Wrong answers end the run.
 */
export function asContestant(engine: Engine, { expected }: Questions): Contestant {
  const { name, perRound, among, prepare, count } = engine;
  const all = among ?? expected.length;
  const most = Math.min(perRound, all);
  const slices = Math.floor(all / most);
  const repeats = Math.max(1, Math.floor(perRound / most));
  const yes = Array.from({ length: slices }, (_, slice) => {
    return expected.slice(slice * most, (slice + 1) * most).filter(Boolean).length;
  });
  let slice = 0;
  const round = async () => {
    await prepare?.();
    const from = slice * most;
    let counted = 0;
    const before = process.threadCpuUsage();
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const answer = count(from, from + most);
      counted += typeof answer === "number" ? answer : await answer;
    }
    const { user, system } = process.threadCpuUsage(before);
    if (counted !== repeats * (yes[slice] ?? 0))
      throw new Error(`${name} gave wrong answers while it was measured.`);
    slice = (slice + 1) % slices;
    return ((user + system) * 1_000) / (repeats * most);
  };
  return { name, round };
}
