/** Lists and searches of large organizations, to a read by primary key over HTTP. All organizations are in one database. */
import { Agent } from "node:http";
import { createSend, type Send } from "../harness/closed-loop.ts";
import { quantile } from "../harness/compare.ts";
import { createBenchDatabase } from "../harness/database.ts";
import { generateUsers } from "../harness/fixtures.ts";
import { addManyUsers } from "../harness/large-organizations.ts";
import { startGatehouse } from "../harness/processes.ts";
import { type Benchmark, short, valueRow } from "../harness/report.ts";

const repeats = 25;

/** What is requested, below the organization's path. */
const queries: Readonly<Record<string, string>> = {
  "first page": "/users",
  "by activity": "/users?sort=-lastActiveAt",
  "one letter": "/users?query=a",
  "two letters": "/users?query=el",
  "three letters": "/users?query=ard",
  "a common name": "/users?query=demir",
  "a common name at the end of the list": "/users?query=zeynep",
  "its first two letters": "/users?query=ze",
  "two digits": "/users?query=99",
  "a rare name": "/users?query=xylophon",
  nothing: "/users?query=qqqqqq",
  suspended: "/users?status=suspended",
  "a role": "/users?role=ROLE",
  "a role and a name": "/users?role=ROLE&query=demir",
  "one letter, from the end": "/users?query=a&sort=-name",
  "a name, by activity": "/users?query=demir&sort=-lastActiveAt",
  "a permission": "/permissions/users:view/users",
  roles: "/roles",
  "audit log": "/audit-events",
  "audit log until yesterday": "/audit-events?to=YESTERDAY",
};

interface Measured {
  readonly size: number;
  /** Milliseconds, by query. */
  readonly figures: ReadonlyMap<string, readonly number[]>;
  readonly byKey: readonly number[];
  readonly errors: readonly string[];
}

/** `npm run bench -- queries` */
export const queriesBySize: Benchmark = {
  name: "queries",
  summary: "lists, searches and filters by size of the organization; --large: a million users",
  run: async (log, { isLarge }) => {
    const sizes = isLarge ? [1_000, 10_000, 100_000, 1_000_000] : [1_000, 10_000, 50_000];
    const database = await createBenchDatabase();
    const organizations = [];
    for (const size of sizes) {
      log(`creating ${size.toLocaleString("en")} users`);
      const organization = await database.organization();
      const userId = await addManyUsers(database, organization, generateUsers(size, `${size}.example`));
      organizations.push({ size, organization, userId });
    }
    const server = await startGatehouse(database.url);
    const send = createSend(server.url, new Agent({ keepAlive: true }));
    const measured: Measured[] = [];
    for (const { size, organization, userId } of organizations) {
      log(`requesting, ${size.toLocaleString("en")} users`);
      const { key } = await database.apiKey(organization, { permissions: null });
      const path = `/api/v1/organizations/${organization.organizationId}`;
      const paths = Object.entries(queries).map(([name, query]) => {
        const yesterday = encodeURIComponent(new Date(Date.now() - 86_400_000).toISOString());
        return [
          name,
          path + query.replace("ROLE", organization.roles.marketer).replace("YESTERDAY", yesterday),
        ] as const;
      });
      measured.push({ size, ...(await measureQueries(send, key, paths, `${path}/users/${userId}`)) });
    }
    const statements = await database.readTopStatements();
    await server.stop();
    await database.close();
    const largest = measured.at(-1);
    const all = [...(largest?.figures.values() ?? [])];
    const byKey = quantile(largest?.byKey ?? [], 0.5);
    const users = `${(largest?.size ?? 0).toLocaleString("en")} users`;
    return {
      rows: [
        {
          ...valueRow({
            what: `the slowest query's median among ${users}, to a read by primary key`,
            value: Math.max(...all.map((values) => quantile(values, 0.5))) / byKey,
            unit: "×",
            goal: { max: 15 },
          }),
          isRatio: true,
        },
        valueRow({
          what: `the slowest response among ${users}`,
          value: Math.max(...all.flat()),
          unit: "ms",
          goal: { max: 100 },
        }),
      ],
      curves: [
        {
          title: "Median of a query, by users of the organization",
          unit: "ms",
          series: Object.keys(queries).map((name) => ({
            name,
            points: measured.map(
              ({ size, figures }) => [size, quantile(figures.get(name) ?? [], 0.5)] as const,
            ),
          })),
        },
      ],
      raw: [
        `${database.version}; ${repeats} requests of each query, one after the other, in turn`,
        ...measured.flatMap(describe),
        ...statements,
      ],
    };
  },
};

/** The queries in turn, so that a busy moment slows all of them down. */
async function measureQueries(
  send: Send,
  key: string,
  paths: readonly (readonly [name: string, path: string])[],
  pathByKey: string,
): Promise<Omit<Measured, "size">> {
  const headers = { authorization: `Bearer ${key}` };
  const figures = new Map(paths.map(([name]) => [name, [] as number[]]));
  const byKey: number[] = [];
  const errors = new Set<string>();
  const time = async (path: string, into: number[] | undefined): Promise<void> => {
    const startedAt = performance.now();
    try {
      await send({ method: "GET", path, headers });
      into?.push(performance.now() - startedAt);
    } catch (error) {
      errors.add(error instanceof Error ? error.message : String(error));
    }
  };
  for (let round = -3; round < repeats; round += 1) {
    for (const [name, path] of paths) await time(path, round < 0 ? undefined : figures.get(name));
    await time(pathByKey, round < 0 ? undefined : byKey);
  }
  return { figures, byKey, errors: [...errors] };
}

function describe({ size, figures, byKey, errors }: Measured): readonly string[] {
  const show = (name: string, values: readonly number[]) => {
    const [p50, p99] = [0.5, 0.99].map((share) => short(quantile(values, share)));
    return `${name} ${p50}/${p99}`;
  };
  const texts = [...figures].map(([name, values]) => show(name, values));
  return [
    `${size.toLocaleString("en")} users, p50/p99 in ms: ${[show("by primary key", byKey), ...texts].join("; ")}`,
    ...errors.map((error) => `error: ${error}`),
  ];
}
