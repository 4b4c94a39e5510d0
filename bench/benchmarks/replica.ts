/** How long a program with the SDK loads its replica, and what it costs in memory and on the wire. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { quantile } from "../harness/compare.ts";
import { createBenchDatabase } from "../harness/database.ts";
import { generateUsers } from "../harness/fixtures.ts";
import { addManyUsers } from "../harness/large-organizations.ts";
import { startGatehouse } from "../harness/processes.ts";
import { type Benchmark, short, valueRow } from "../harness/report.ts";

const program = fileURLToPath(new URL("../baselines/replica.ts", import.meta.url));
const loads = 3;

/** The most seconds, by size; for other sizes nothing is promised. */
const maxSeconds: Readonly<Record<number, number>> = { 100000: 0.6, 1000000: 6 };

interface Loaded {
  readonly ms: number;
  readonly heapBytes: number;
  readonly receivedBytes: number;
}

/** `npm run bench -- replica` */
export const replica: Benchmark = {
  name: "replica",
  summary: "loading the replica of the SDK, by size of the organization; --large: a million users",
  run: async (log, { isLarge }) => {
    const sizes = isLarge ? [1_000, 10_000, 100_000, 1_000_000] : [1_000, 10_000, 100_000];
    const database = await createBenchDatabase();
    const server = await startGatehouse(database.url);
    const measured: { readonly size: number; readonly runs: readonly Loaded[] }[] = [];
    for (const size of sizes) {
      log(`creating ${size.toLocaleString("en")} users`);
      const organization = await database.organization();
      await addManyUsers(database, organization, generateUsers(size, `${size}.example`));
      const { key } = await database.apiKey(organization, { permissions: null });
      const env = {
        PATH: process.env["PATH"],
        URL: server.url,
        API_KEY: key,
        ORGANIZATION: organization.organizationId,
      };
      const runs: Loaded[] = [];
      for (let run = 0; run < loads; run += 1) {
        const { stdout } = await promisify(execFile)(
          process.execPath,
          ["--expose-gc", "--conditions=gatehouse-source", program],
          { env },
        );
        runs.push(JSON.parse(stdout) as Loaded);
      }
      measured.push({ size, runs });
    }
    const statements = await database.readTopStatements();
    await server.stop();
    await database.close();
    const median = (runs: readonly Loaded[], key: keyof Loaded) =>
      quantile(
        runs.map((one) => one[key]),
        0.5,
      );
    const rows = measured.flatMap(({ size, runs }) => {
      const max = maxSeconds[size];
      if (max === undefined) return [];
      const users = `${size.toLocaleString("en")} users`;
      const perUser = (key: keyof Loaded) => median(runs, key) / size;
      return [
        valueRow({
          what: `replica of ${users}`,
          value: median(runs, "ms") / 1_000,
          unit: "s",
          goal: { max },
        }),
        valueRow({
          what: `heap for each of ${users}`,
          value: perUser("heapBytes"),
          unit: "bytes",
          goal: { max: 120 },
        }),
        valueRow({
          what: `received for each grant of ${users}`,
          value: perUser("receivedBytes"),
          unit: "bytes",
          goal: { max: 25 },
        }),
      ];
    });
    const toSeries = (name: string, key: keyof Loaded, scale: number) => ({
      name,
      points: measured.map(({ size, runs }) => [size, median(runs, key) * scale] as const),
    });
    return {
      rows,
      curves: [
        { title: "Loading a replica, by users", unit: "s", series: [toSeries("seconds", "ms", 0.001)] },
        {
          title: "A replica's heap and transfer, by users",
          unit: "MB",
          series: [toSeries("heap", "heapBytes", 1e-6), toSeries("received", "receivedBytes", 1e-6)],
        },
      ],
      raw: [
        `${database.version}; one role for each user, ${loads} loads each`,
        ...measured.map(
          ({ size, runs }) =>
            `${size.toLocaleString("en")} users: ${runs.map(({ ms }) => short(ms)).join(", ")} ms; heap ${short(median(runs, "heapBytes") / 1e6)} MB; received ${short(median(runs, "receivedBytes") / 1e6)} MB`,
        ),
        ...statements,
      ],
    };
  },
};
