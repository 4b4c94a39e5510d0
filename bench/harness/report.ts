/** What a benchmark finds out, and how that is printed. */
import { type Figures, quantile, ratiosOf } from "./compare.ts";

/** A goal, what was seen, and whether that is enough. */
export interface Row {
  readonly what: string;
  readonly goal: string;
  readonly seen: string;
  readonly isReached: boolean;
}

/** What one benchmark says. */
export interface Report {
  readonly rows: readonly Row[];
  /** The figures behind the rows, and how they came about. */
  readonly raw: readonly string[];
}

/** A benchmark that `npm run bench -- NAME` runs. */
export interface Benchmark {
  readonly name: string;
  /** One line for `--help`. */
  readonly summary: string;
  readonly run: (say: (text: string) => void) => Promise<Report>;
}

/** A bound, on one side. */
export type Bound = { readonly most: number } | { readonly least: number };

/** Whether a value keeps a bound. What isn't a number keeps none. */
function keeps(value: number, bound: Bound): boolean {
  return "most" in bound ? value <= bound.most : value >= bound.least;
}

/** A row about a ratio: the median of the rounds, the lowest and the highest of them behind it. */
export function ratioRow(
  figures: Figures,
  wanted: { readonly what: string; readonly of: string; readonly by: string; readonly goal: Bound },
): Row {
  const ratios = ratiosOf(figures, wanted.of, wanted.by);
  const median = quantile(ratios, 0.5);
  const span = `${short(Math.min(...ratios))}–${short(Math.max(...ratios))}`;
  return {
    what: wanted.what,
    goal: `${boundText(wanted.goal)} ×`,
    seen: `${short(median)} × (${span})`,
    isReached: keeps(median, wanted.goal),
  };
}

/** A row about a plain value. */
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
    seen: withUnit(short(value)),
    isReached: keeps(value, goal),
  };
}

/** One line for each contestant: its median figure with the middle half of its rounds. */
export function rawFigures(figures: Figures, unit: string): readonly string[] {
  return [...figures].map(([name, values]) => {
    const [low, median, high] = [0.25, 0.5, 0.75].map((share) => short(quantile(values, share)));
    return `${name}: ${median} ${unit} (half of ${values.length} rounds between ${low} and ${high})`;
  });
}

/** The table: a row a goal. */
export function tableOf(reports: readonly (Report & { readonly name: string })[]): string {
  const lines = [["", "", "goal", "seen: median (all rounds)", ""]];
  for (const { name, rows } of reports) {
    for (const [at, { what, goal, seen, isReached }] of rows.entries())
      lines.push([at === 0 ? name : "", what, goal, seen, isReached ? "reached" : "MISSED"]);
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
  return "most" in bound ? `≤ ${grouped(bound.most)}` : `≥ ${grouped(bound.least)}`;
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
