/** Results in bench/results: one JSON file for each benchmark, the table of all, and the gate that compares a run with them. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { benchFolder } from "../../scripts/launcher/paths.mjs";
import { drawCurve } from "./curve.ts";
import { formatTable, type Report } from "./report.ts";

/** A result as it is stored. */
export interface StoredResult extends Report {
  readonly name: string;
  readonly at: string;
  readonly machine: string;
  readonly versions: string;
}

const folder = join(benchFolder, "results");

/** A ratio may be worse than the committed one by this share. */
const tolerance = 0.2;

/** Writes the result, its curves and the table of all results. */
export function saveResult(result: StoredResult): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${result.name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  for (const [at, curve] of (result.curves ?? []).entries())
    writeFileSync(join(folder, `${result.name}${at === 0 ? "" : `-${at + 1}`}.svg`), drawCurve(curve));
  const all = readResults();
  const settings = all.map(
    ({ name, at, machine, versions }) => `${name}: ${at}\n  ${machine}\n  ${versions}`,
  );
  writeFileSync(join(folder, "table.txt"), `${formatTable(all)}\n\n${settings.join("\n")}\n`);
}

/** The stored results, by name. */
function readResults(): readonly StoredResult[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as StoredResult);
}

/** What became worse than the stored result by more than 20 %, in one line for each row; empty without a stored result. */
export function findRegressions(
  result: Pick<StoredResult, "name" | "rows">,
  stored: readonly Pick<StoredResult, "name" | "rows">[] = readResults(),
): readonly string[] {
  const before = stored.find(({ name }) => name === result.name);
  return result.rows.flatMap((row) => {
    const committed = before?.rows.find(({ what }) => what === row.what);
    // Absolute values depend on the machine.
    if (committed === undefined || !row.isRatio) return [];
    const share = row.better === "higher" ? row.value / committed.value : committed.value / row.value;
    if (share >= 1 - tolerance) return [];
    return [`${result.name}: ${row.what} was ${committed.measured} and is ${row.measured}`];
  });
}
