/** `npm run bench`: runs the given benchmarks, or all of them, and prints a table. Fails when a goal is missed. */
import { check } from "./benchmarks/check.ts";
import { list } from "./benchmarks/list.ts";
import { revocations } from "./benchmarks/revocations.ts";
import { sameTime } from "./benchmarks/same-time.ts";
import { typing } from "./benchmarks/typing.ts";
import { describeMachine, describeVersions } from "./harness/machine.ts";
import { type Benchmark, formatTable, type Report } from "./harness/report.ts";

const benchmarks: readonly Benchmark[] = [check, revocations, list, sameTime, typing];

const usage = `npm run bench              every benchmark
npm run bench -- NAME …    only these

${benchmarks.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}`).join("\n")}

Exit code 0 when every goal is reached, 1 otherwise. bench/README.md says how to read the table.`;

// Child processes end with this process; exit handlers remove the rest.
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)
  process.once(signal, () => process.exit(code));

const args = process.argv.slice(2);
const unknown = args.filter((arg) => !benchmarks.some(({ name }) => name === arg));
if (args.includes("--help")) console.log(usage);
else if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(", ")}.\n\n${usage}`);
  process.exitCode = 2;
} else await runAll(benchmarks.filter(({ name }) => args.length === 0 || args.includes(name)));

async function runAll(selected: readonly Benchmark[]): Promise<void> {
  const reports: (Report & { readonly name: string })[] = [];
  for (const { name, run } of selected) {
    const log = (text: string) => process.stderr.write(`${name}: ${text} …\n`);
    reports.push({ name, ...(await run(log)) });
  }
  console.log(`\n${formatTable(reports)}\n`);
  console.log(`Machine: ${describeMachine()}`);
  console.log(
    `Versions: ${describeVersions(["fastify", "pg", "@casl/ability", "casbin", "@cedar-policy/cedar-wasm", "autocannon"])}`,
  );
  for (const { name, raw } of reports) {
    console.log(`\n${name}`);
    for (const line of raw) console.log(`  ${line}`);
  }
  const missed = reports.flatMap(({ rows }) => rows.filter(({ isReached }) => !isReached));
  process.exit(missed.length === 0 ? 0 : 1);
}
