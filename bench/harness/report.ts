/** The results of a benchmark and their table. */
import type { Load } from "./closed-loop.ts";
import { computeRatios, type Figures, quantile } from "./compare.ts";
import type { Curve } from "./curve.ts";

/** A goal, the measured value, and whether the goal is reached. */
export interface Row {
  readonly what: string;
  readonly goal: string;
  readonly measured: string;
  readonly isReached: boolean;
  /** The measured number. */
  readonly value: number;
  readonly better: "higher" | "lower";
  /** Whether it is a ratio of one run, which can be compared with that of another machine. */
  readonly isRatio: boolean;
}

/** The results of one benchmark. */
export interface Report {
  readonly rows: readonly Row[];
  /** The raw figures and their setting. */
  readonly raw: readonly string[];
  /** How a cost grows. */
  readonly curves?: readonly Curve[];
}

/** How a benchmark runs. */
interface RunOptions {
  /** With organizations of up to a million users. */
  readonly isLarge: boolean;
}

/** A benchmark that `npm run bench -- NAME` runs. */
export interface Benchmark {
  readonly name: string;
  /** One line for `--help`. */
  readonly summary: string;
  readonly run: (log: (text: string) => void, options: RunOptions) => Promise<Report>;
}

/** A bound, on one side. */
export type Bound = { readonly max: number } | { readonly min: number };

/** Whether a value is within a bound; NaN never is. */
function isWithin(value: number, bound: Bound): boolean {
  return "max" in bound ? value <= bound.max : value >= bound.min;
}

/** A row for a ratio: the median of all rounds, with the lowest and the highest. */
export function ratioRow(
  figures: Figures,
  wanted: { readonly what: string; readonly of: string; readonly by: string; readonly goal: Bound },
): Row {
  const ratios = computeRatios(figures, wanted.of, wanted.by);
  const median = quantile(ratios, 0.5);
  const span = `${short(Math.min(...ratios))}–${short(Math.max(...ratios))}`;
  return {
    what: wanted.what,
    goal: `${boundText(wanted.goal)} ×`,
    measured: `${short(median)} × (${span})`,
    isReached: isWithin(median, wanted.goal),
    value: median,
    better: "max" in wanted.goal ? "lower" : "higher",
    isRatio: true,
  };
}

/** A row for a single value. */
export function valueRow(wanted: {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: Bound;
}): Row {
  const { what, value, unit, goal } = wanted;
  const withUnit = (text: string) => (unit === "" ? text : `${text} ${unit}`);
  return {
    what,
    goal: withUnit(boundText(goal)),
    measured: withUnit(short(value)),
    isReached: isWithin(value, goal),
    value,
    better: "max" in goal ? "lower" : "higher",
    isRatio: false,
  };
}

/** One line for each candidate: its median with the quartiles. */
export function rawFigures(figures: Figures, unit: string): readonly string[] {
  return [...figures].map(([name, values]) => {
    const [low, median, high] = [0.25, 0.5, 0.75].map((share) => short(quantile(values, share)));
    return `${name}: ${median} ${unit} (half of ${values.length} rounds between ${low} and ${high})`;
  });
}

/** CPU time for each unit of work, by candidate, and the errors of all of them. */
export function loadFigures(loads: readonly Load[], rounds: number): readonly string[] {
  const cpu = loads.map(({ name, serverCpu, postgresCpu, latencies }) => {
    const [server, postgres] = [serverCpu, postgresCpu].map((values) =>
      short(quantile(values.slice(-rounds), 0.5)),
    );
    const [p50, p99] = [0.5, 0.99].map((share) => short(quantile(latencies, share)));
    return `${name}: CPU ${server} ms of the server and ${postgres} ms of PostgreSQL; p50 ${p50} ms, p99 ${p99} ms`;
  });
  const errors = loads.flatMap(({ name, errors: found }) =>
    [...found].map(([text, count]) => `${name}: ${count} × ${text}`),
  );
  return [...cpu, ...(errors.length === 0 ? ["no errors"] : errors)];
}

/** The table with one row for each goal. */
export function formatTable(reports: readonly (Report & { readonly name: string })[]): string {
  const lines = [["", "", "goal", "measured: median (range)", ""]];
  for (const { name, rows } of reports) {
    for (const [at, { what, goal, measured, isReached }] of rows.entries())
      lines.push([at === 0 ? name : "", what, goal, measured, isReached ? "reached" : "MISSED"]);
  }
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const print = (line: readonly string[]) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return lines.map(print).join("\n");
}

function boundText(bound: Bound): string {
  return "max" in bound ? `≤ ${grouped(bound.max)}` : `≥ ${grouped(bound.min)}`;
}

/** Three significant figures, and no more decimals than that needs. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const decimals = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return grouped(Number(value.toFixed(Math.min(decimals, 3))));
}

function grouped(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 3 });
}
