/** Measures candidates in one run, in rounds with changing order, so that a busy machine slows all of them down equally. */
import { setTimeout as sleep } from "node:timers/promises";

/** A measured alternative. */
export interface Candidate {
  readonly name: string;
  /** Runs one round; returns a time or a rate, in the same unit for all candidates. */
  readonly round: () => Promise<number>;
}

/** The results of each candidate by round. */
export type Figures = ReadonlyMap<string, readonly number[]>;

/** Runs all rounds, after warm-up rounds that don't count. */
export async function interleave(
  candidates: readonly Candidate[],
  { rounds, warmUps = 2 }: { readonly rounds: number; readonly warmUps?: number },
): Promise<Figures> {
  const figures = new Map(candidates.map(({ name }) => [name, [] as number[]]));
  for (let round = -warmUps; round < rounds; round += 1) {
    for (let turn = 0; turn < candidates.length; turn += 1) {
      const candidate = candidates[(turn + round + warmUps) % candidates.length];
      if (candidate === undefined) continue;
      await sleep(5); // lets pending work of the previous candidate finish
      const figure = await candidate.round();
      if (round >= 0) figures.get(candidate.name)?.push(figure);
    }
  }
  return figures;
}

/** `of` divided by `by`, for each round. */
export function computeRatios(figures: Figures, of: string, by: string): readonly number[] {
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
