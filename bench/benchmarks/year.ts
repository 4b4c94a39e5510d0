/** An installation after a year of use, to a new one: start, first pages, searches, the audit log, and the clean-up. */
import { Agent } from "node:http";
import { createDatabase, openPostgres } from "../../packages/server/src/db/open.ts";
import { cleanUp } from "../../packages/server/src/jobs/clean-up.ts";
import { systemClock } from "../../packages/server/src/ports/clock.ts";
import { createSend } from "../harness/closed-loop.ts";
import { type Candidate, computeRatios, type Figures, interleave, quantile } from "../harness/compare.ts";
import { type BenchDatabase, createBenchDatabase } from "../harness/database.ts";
import { startGatehouse } from "../harness/processes.ts";
import { type Benchmark, ratioRow, rawFigures, short, valueRow } from "../harness/report.ts";
import { addYearOfUse, type YearOfUse } from "../harness/year-of-use.ts";

const small: YearOfUse = { people: 10_000, events: 500_000, invitations: 30_000 };
/** What it is compared with: enough to fill a page of everything. */
const fresh: YearOfUse = { people: 60, events: 300, invitations: 900 };
const large: YearOfUse = { people: 10_000, events: 5_000_000, invitations: 300_000 };
const starts = 5;
const rounds = 10;
/** Requests of a round, one after the other. */
const repeats = 8;
const names = ["year", "new"] as const;

/** What is requested, below the organization's path. */
const pages: Readonly<Record<string, string>> = {
  "first page of users": "/users",
  "search for users": "/users?query=demir",
  "first page of invitations": "/invitations",
  "pending invitations": "/invitations?status=pending",
  roles: "/roles",
  "first page of the audit log": "/audit-events",
  "audit log, grouped": "/audit-events?grouped=true",
  "audit log of half a year ago": "/audit-events?to=HALF",
  "audit log by action": "/audit-events?action=users.suspended",
  "audit log, search": "/audit-events?query=demir",
};

interface Installation {
  readonly database: BenchDatabase;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** `npm run bench -- year` */
export const year: Benchmark = {
  name: "year",
  summary:
    "an installation after a year of use, to a new one; --large: 5,000,000 events, 300,000 invitations",
  run: async (log, { isLarge }) => {
    const use = isLarge ? large : small;
    const installations = { year: await create(), new: await create() };
    const { year: filled, new: compared } = installations;
    await addYearOfUse(compared.database, compared.organization, fresh, () => undefined);
    const startedAt = performance.now();
    await addYearOfUse(filled.database, filled.organization, use, log);
    const fillSeconds = (performance.now() - startedAt) / 1_000;
    const bytes = await filled.database.sql("SELECT pg_database_size(current_database())::float8 AS size");

    const candidates = (run: (installation: Installation) => Promise<void>): readonly Candidate[] =>
      names.map((name) => ({ name, round: () => time(() => run(installations[name])) }));
    log("starting");
    const startFigures = await interleave(
      candidates(async ({ database }) => (await startGatehouse(database.url)).stop()),
      { rounds: starts, warmUps: 1 },
    );
    log("requesting");
    const servers = {
      year: await startGatehouse(installations.year.database.url),
      new: await startGatehouse(installations.new.database.url),
    };
    const pageFigures = new Map<string, Figures>();
    for (const [page, query] of Object.entries(pages)) {
      const half = encodeURIComponent(new Date(Date.now() - 183 * 86_400_000).toISOString());
      const request = names.map((name) => {
        const { path, headers } = installations[name];
        const send = createSend(servers[name].url, new Agent({ keepAlive: true }));
        const round = async (): Promise<void> => {
          for (let turn = 0; turn < repeats; turn += 1)
            await send({ method: "GET", path: path + query.replace("HALF", half), headers });
        };
        return { name, round: () => time(round) };
      });
      pageFigures.set(page, await interleave(request, { rounds }));
    }
    for (const server of Object.values(servers)) await server.stop();
    log("cleaning up");
    const cleanUpFigures = await interleave(candidates(cleanUpOnce), { rounds: 5, warmUps: 1 });
    for (const { database } of Object.values(installations)) await database.close();

    const ratios = [...pageFigures].map(([page, figures]) => ({ page, ratio: toRatio(figures) }));
    const slowest = ratios.reduce((one, other) => (other.ratio > one.ratio ? other : one));
    const [of, by] = names;
    return {
      rows: [
        ratioRow(startFigures, {
          what: "start until ready, to a new installation",
          of,
          by,
          goal: { max: 1.2 },
        }),
        {
          ...valueRow({
            what: "the slowest page or search, to the same one of a new installation",
            value: slowest.ratio,
            unit: "×",
            goal: { max: 3 },
          }),
          isRatio: true,
        },
        ratioRow(cleanUpFigures, {
          what: "clean-up of nothing, to a new installation",
          of,
          by,
          goal: { max: 5 },
        }),
      ],
      raw: [
        `${filled.database.version}; ${use.people.toLocaleString("en")} people, ${use.events.toLocaleString("en")} audit events, ${use.invitations.toLocaleString("en")} invitations, made in ${short(fillSeconds)} s: ${short(Number(bytes[0]?.["size"]) / 1_048_576)} MB`,
        ...rawFigures(startFigures, "ms until ready, with the stop"),
        ...[...pageFigures].flatMap(([page, figures]) =>
          rawFigures(figures, `ms for ${repeats} × ${page}`).concat(`${page}: ${short(toRatio(figures))} ×`),
        ),
        ...rawFigures(cleanUpFigures, "ms for the clean-up"),
      ],
    };
  },
};

async function create() {
  const database = await createBenchDatabase();
  const organization = await database.organization();
  const { key } = await database.apiKey(organization, { permissions: null });
  const path = `/api/v1/organizations/${organization.organizationId}`;
  return { database, organization, path, headers: { authorization: `Bearer ${key}` } };
}

async function time(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function cleanUpOnce({ database }: Installation): Promise<void> {
  const engine = openPostgres(database.url);
  try {
    await cleanUp({ db: createDatabase(engine), clock: systemClock });
  } finally {
    await engine.close();
  }
}

function toRatio(figures: Figures): number {
  const [of, by] = names;
  return quantile(computeRatios(figures, of, by), 0.5);
}
