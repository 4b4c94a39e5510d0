/**
 * `npm run bench`: runs the given benchmarks, or all of them, prints a table and stores it in bench/results. Fails when a goal is
 * missed. `gate` compares with the stored results instead, and fails when a ratio is worse by more than 20 %.
 */

import { bulkInvitations } from "./benchmarks/bulk-invitations.ts";
import { bulkRoles } from "./benchmarks/bulk-roles.ts";
import { changeRoles, connections, invite } from "./benchmarks/changes.ts";
import { check } from "./benchmarks/check.ts";
import { largeRolesBenchmark } from "./benchmarks/large-roles.ts";
import { list } from "./benchmarks/list.ts";
import { manyOrganizations } from "./benchmarks/many-organizations.ts";
import { organizations } from "./benchmarks/organizations.ts";
import { panelSizes } from "./benchmarks/panel-sizes.ts";
import { queriesBySize } from "./benchmarks/queries.ts";
import { replica } from "./benchmarks/replica.ts";
import { revocations } from "./benchmarks/revocations.ts";
import { sameTime } from "./benchmarks/same-time.ts";
import { signIn } from "./benchmarks/sign-in.ts";
import { sizing } from "./benchmarks/sizing.ts";
import { start } from "./benchmarks/start.ts";
import { typing } from "./benchmarks/typing.ts";
import { year } from "./benchmarks/year.ts";
import { describeMachine, describeVersions } from "./harness/machine.ts";
import { type Benchmark, formatTable } from "./harness/report.ts";
import { findRegressions, type StoredResult, saveResult } from "./harness/results.ts";

const benchmarks: readonly Benchmark[] = [
  check,
  list,
  invite,
  changeRoles,
  connections,
  bulkRoles,
  bulkInvitations,
  queriesBySize,
  largeRolesBenchmark,
  signIn,
  revocations,
  replica,
  manyOrganizations,
  organizations,
  start,
  sizing,
  panelSizes,
  sameTime,
  typing,
  year,
];

/** What `gate` runs when no benchmark is named: the ratios, a minute each. */
const gated: readonly Benchmark[] = [check, list, invite, changeRoles, connections, signIn];

const usage = `npm run bench              every benchmark
npm run bench -- NAME …    only these
npm run bench -- gate      compares with bench/results, and stores nothing; gate NAME …: only these

${benchmarks.map(({ name, summary }) => `  ${name.padEnd(18)}${summary}`).join("\n")}

--large    with organizations of up to a million users, which takes long
Exit code 0 when every goal is reached, or nothing is worse than before; 1 otherwise. bench/README.md says how to read the table.`;

// Child processes end with this process; exit handlers remove the rest.
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)
  process.once(signal, () => process.exit(code));

const args = process.argv.slice(2);
const isLarge = args.includes("--large");
const isGate = args[0] === "gate";
const names = args.filter((arg) => arg !== "--large" && arg !== "gate");
const unknown = names.filter((arg) => !benchmarks.some(({ name }) => name === arg));
if (args.includes("--help")) console.log(usage);
else if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(", ")}.\n\n${usage}`);
  process.exitCode = 2;
} else {
  const selected = benchmarks.filter(({ name }) => names.includes(name));
  const results = await runAll(selected.length > 0 ? selected : isGate ? gated : benchmarks);
  process.exit(isGate ? reportRegressions(results) : reportMissedGoals(results));
}

async function runAll(selected: readonly Benchmark[]): Promise<readonly StoredResult[]> {
  const results: StoredResult[] = [];
  const packages = ["fastify", "pg", "@casl/ability", "casbin", "@cedar-policy/cedar-wasm", "autocannon"];
  for (const { name, run } of selected) {
    const log = (text: string) => process.stderr.write(`${name}: ${text} …\n`);
    const machine = describeMachine();
    const report = await run(log, { isLarge });
    const result = {
      name,
      at: new Date().toISOString(),
      machine,
      versions: describeVersions(packages),
      ...report,
    };
    results.push(result);
    if (!isGate) saveResult(result);
  }
  console.log(`\n${formatTable(results)}\n`);
  console.log(`Machine: ${describeMachine()}`);
  console.log(`Versions: ${describeVersions(packages)}`);
  for (const { name, raw } of results) {
    console.log(`\n${name}`);
    for (const line of raw) console.log(`  ${line}`);
  }
  return results;
}

/** The exit code. */
function reportMissedGoals(results: readonly StoredResult[]): number {
  return results.every(({ rows }) => rows.every(({ isReached }) => isReached)) ? 0 : 1;
}

/** Prints what is worse than the stored result; returns the exit code. */
function reportRegressions(results: readonly StoredResult[]): number {
  const regressions = results.flatMap((result) => findRegressions(result));
  for (const line of regressions) console.error(`Worse by more than 20 %. ${line}`);
  if (regressions.length === 0) console.log("\nNo ratio is worse than the stored one by more than 20 %.");
  return regressions.length === 0 ? 0 : 1;
}
