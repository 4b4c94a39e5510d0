/** Contestants in one run: round after round, in another order each time, so that a busy machine slows all of them alike. */
import { setTimeout as wait } from "node:timers/promises";

/** One side of a comparison. */
export interface Contestant {
  readonly name: string;
  /** Plays one round; gives its figure: a time or a rate, the same kind for all. */
  readonly round: () => Promise<number>;
}

/** The figures of each contestant, one a round: index n is the same round for all. */
export type Figures = ReadonlyMap<string, readonly number[]>;

/** Lets all of them play, after some rounds that warm up and don't count. */
export async function interleave(
  contestants: readonly Contestant[],
  { rounds, warmUps = 2 }: { readonly rounds: number; readonly warmUps?: number },
): Promise<Figures> {
  const figures = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  for (let round = -warmUps; round < rounds; round += 1) {
    for (let turn = 0; turn < contestants.length; turn += 1) {
      const contestant = contestants[(turn + round + warmUps) % contestants.length];
      if (contestant === undefined) continue;
      await wait(5); // what the last one left over is not this one's
      const figure = await contestant.round();
      if (round >= 0) figures.get(contestant.name)?.push(figure);
    }
  }
  return figures;
}

/** `of` divided by `by`, round by round. */
export function ratiosOf(figures: Figures, of: string, by: string): readonly number[] {
  const dividends = figures.get(of) ?? [];
  const divisors = figures.get(by) ?? [];
  const ratios = dividends.map((dividend, round) => dividend / (divisors[round] ?? Number.NaN));
  if (ratios.length === 0) throw new Error(`Nothing was measured of ${of} or ${by}.`);
  return ratios;
}

/** The value below which a share of the values lies; 0.5 is the median. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}
