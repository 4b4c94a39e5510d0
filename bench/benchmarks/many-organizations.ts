/** An installation with many organizations: creating and listing them, a small one among them, and one that sends too many requests. */
import { Agent } from "node:http";
import { createLoad, createSend, type LoadRequest, type Send } from "../harness/closed-loop.ts";
import { computeRatios, interleave, quantile } from "../harness/compare.ts";
import { type BenchDatabase, createBenchDatabase, userPassword } from "../harness/database.ts";
import { addManyOrganizations } from "../harness/many-organizations.ts";
import { type RunningServer, startGatehouse } from "../harness/processes.ts";
import { type Benchmark, loadFigures, short, valueRow } from "../harness/report.ts";

const usersEach = 100;
const operatorToken = "the operator's key of benchmarks".replaceAll(" ", "-");
const operator = { authorization: `Bearer ${operatorToken}` };
const createRounds = 5;
/** Requests of each kind. */
const repeats = 200;
/** Requests a second that an organization may send while another one is measured, and connections that send as many as they can. */
const rateLimit = 50;
const busyConnections = 16;

/** What a small organization requests, below its path. */
const pages: Readonly<Record<string, string>> = {
  "list of users": "/users",
  "search for users": "/users?query=user",
  "users of a role": "/users?role=ROLE",
  roles: "/roles",
  invitations: "/invitations",
  "audit log": "/audit-events",
};

interface Tenant {
  readonly server: RunningServer;
  readonly requests: ReadonlyMap<string, LoadRequest>;
}

/** `npm run bench -- many-organizations` */
export const manyOrganizations: Benchmark = {
  name: "many-organizations",
  summary: `many organizations of ${usersEach} users in one installation: creating, listing, one among them, a busy neighbour; --large: 10,000 of them`,
  run: async (log, { isLarge }) => {
    const count = isLarge ? 10_000 : 500;
    log(`creating ${count.toLocaleString("en")} organizations`);
    const [many, alone] = [await fill(count), await fill(2)];
    const settings = { OPERATOR_TOKEN: operatorToken };
    const servers = {
      many: await startGatehouse(many.database.url, settings),
      alone: await startGatehouse(alone.database.url, settings),
    };
    const send = createSend(servers.many.url, new Agent({ keepAlive: true }));

    log("listing");
    const lists = new Map<string, readonly number[]>();
    for (const [name, query] of Object.entries({
      first: "",
      searched: "?query=copy%207",
      nothing: "?query=qqqqqq",
      suspended: "?status=suspended",
    }))
      lists.set(
        name,
        await measure(send, {
          method: "GET",
          path: `/api/v1/operator/organizations${query}`,
          headers: operator,
        }),
      );

    log("requesting in one of them, and in one that is alone");
    const tenants = {
      many: { server: servers.many, requests: listRequests(many, servers.many) },
      alone: { server: servers.alone, requests: listRequests(alone, servers.alone) },
    };
    const compared = [];
    for (const name of tenants.many.requests.keys())
      compared.push({ name, ratio: await compare(tenants.many, tenants.alone, name) });
    const slowest = compared.reduce((one, other) => (other.ratio > one.ratio ? other : one));

    log("creating more");
    const creating = createLoad("create", servers.many, {
      connections: 8,
      postmaster: many.database.postmaster,
      step: async (request, turn) => {
        const owner = { email: `owner-${turn}@example.test`, name: `Owner ${turn}`, send: false };
        const body = { name: `Organization ${turn}`, catalogue: "none", owner };
        await request({ method: "POST", path: "/api/v1/operator/organizations", headers: operator, body });
      },
    });
    const created: number[] = [];
    for (let round = -1; round < createRounds; round += 1) {
      const rate = await creating.round();
      if (round >= 0) created.push(rate);
    }
    await servers.many.stop();
    await servers.alone.stop();

    log("sending too many requests in another one");
    const busy = await measureBusyNeighbour(many);
    const statements = await many.database.readTopStatements();
    const version = many.database.version;
    for (const { database } of [many, alone]) await database.close();
    const [idle99, busy99] = [quantile(busy.idle, 0.99), quantile(busy.busy, 0.99)];
    return {
      rows: [
        valueRow({
          what: "organizations created a second, 8 connections",
          value: quantile(created, 0.5),
          unit: "",
          goal: { min: 50 },
        }),
        valueRow({
          what: "the slowest page of the operator's list, p99",
          value: Math.max(...[...lists.values()].map((values) => quantile(values, 0.99))),
          unit: "ms",
          goal: { max: 100 },
        }),
        {
          ...valueRow({
            what: "the slowest request of a small organization, to the same one alone",
            value: slowest.ratio,
            unit: "×",
            goal: { max: 2 },
          }),
          isRatio: true,
        },
        {
          ...valueRow({
            what: "p99 of a check while another organization sends too many requests, to idle",
            value: busy99 / idle99,
            unit: "×",
            goal: { max: 2 },
          }),
          isRatio: true,
        },
      ],
      raw: [
        `${version}; ${count.toLocaleString("en")} organizations of ${usersEach} users`,
        ...loadFigures([creating], createRounds),
        ...[...lists].map(([name, values]) => `operator's list, ${name}: ${describe(values)}`),
        ...compared.map(({ name, ratio }) => `${name}: ${short(ratio)} × alone`),
        `checks, idle: ${describe(busy.idle)}; while ${busyConnections} connections of another organization send as many as they can, limited to ${rateLimit} a second: ${describe(busy.busy)}; served there ${short(busy.servedRate)} a second, rejected ${short(busy.rejectedRate)}`,
        ...statements,
      ],
    };
  },
};

interface Filled {
  readonly database: BenchDatabase;
  /** Two of its organizations, each with an API key. */
  readonly samples: readonly {
    readonly organizationId: string;
    readonly key: string;
    readonly viewerId: string;
    readonly roleId: string;
    /** The address of a user who signs in. */
    readonly email: string;
  }[];
}

async function fill(count: number): Promise<Filled> {
  const database = await createBenchDatabase();
  const template = await database.organization();
  const copies = await addManyOrganizations(database, template, { count, users: usersEach, areListed: true });
  const samples = [];
  for (const at of [Math.floor(count / 2), count - 1]) {
    const copy = copies[at];
    if (copy === undefined) throw new Error("There are fewer organizations.");
    const { organizationId, viewerIds } = copy;
    const { key } = await database.apiKey({ ...template, organizationId }, { permissions: null });
    const [role] = await database.sql("SELECT role_id FROM user_roles WHERE organization_id = $1 LIMIT 1", [
      organizationId,
    ]);
    const [user] = await database.users({ ...template, organizationId }, [{ roles: [] }]);
    if (user === undefined) throw new Error("No user was added.");
    samples.push({
      organizationId,
      key,
      viewerId: viewerIds[0],
      roleId: String(role?.["role_id"]),
      email: user.email,
    });
  }
  return { database, samples };
}

function listRequests({ samples }: Filled, server: RunningServer): ReadonlyMap<string, LoadRequest> {
  const [sample] = samples;
  if (sample === undefined) throw new Error("There is no such organization.");
  const headers = { authorization: `Bearer ${sample.key}` };
  const requests = Object.entries(pages).map(([name, path]): [string, LoadRequest] => [
    name,
    {
      method: "GET",
      path: `/api/v1/organizations/${sample.organizationId}${path.replace("ROLE", sample.roleId)}`,
      headers,
    },
  ]);
  const signIn: LoadRequest = {
    method: "POST",
    path: "/api/v1/sessions",
    headers: { origin: server.url },
    body: { email: sample.email, password: userPassword },
  };
  return new Map([...requests, ["check", toCheck(sample)], ["sign-in", signIn]]);
}

function toCheck({ organizationId, key, viewerId }: Filled["samples"][number]): LoadRequest {
  return {
    method: "POST",
    path: "/access/v1/evaluation",
    headers: { authorization: `Bearer ${key}` },
    body: {
      subject: { type: "user", id: viewerId },
      action: { name: "users:view" },
      resource: { type: "organization", id: organizationId },
    },
  };
}

/** Milliseconds of each request, one after the other. */
async function measure(send: Send, request: LoadRequest, times = repeats): Promise<readonly number[]> {
  const figures: number[] = [];
  for (let turn = -20; turn < times; turn += 1) {
    const startedAt = performance.now();
    await send(request);
    if (turn >= 0) figures.push(performance.now() - startedAt);
  }
  return figures;
}

async function compare(many: Tenant, alone: Tenant, name: string): Promise<number> {
  const candidates = Object.entries({ many, alone }).map(([of, { server, requests }]) => {
    const send = createSend(server.url, new Agent({ keepAlive: true }));
    const request = requests.get(name);
    if (request === undefined) throw new Error(`There is no request ${name}.`);
    const round = async (): Promise<number> => {
      const startedAt = performance.now();
      for (let turn = 0; turn < 20; turn += 1) await send(request);
      return performance.now() - startedAt;
    };
    return { name: of, round };
  });
  return quantile(
    computeRatios(await interleave(candidates, { rounds: 12, warmUps: 2 }), "many", "alone"),
    0.5,
  );
}

/** Checks of one organization, first alone and then while another one sends requests over many connections. */
async function measureBusyNeighbour({ database, samples }: Filled) {
  const server = await startGatehouse(database.url, {
    OPERATOR_TOKEN: operatorToken,
    ORGANIZATION_RATE_LIMIT: String(rateLimit),
  });
  const [measured, busy] = samples;
  if (measured === undefined || busy === undefined) throw new Error("Two organizations are needed.");
  const send = createSend(server.url, new Agent({ keepAlive: true }));
  const list: LoadRequest = {
    method: "GET",
    path: `/api/v1/organizations/${busy.organizationId}/users`,
    headers: { authorization: `Bearer ${busy.key}` },
  };
  const paced = async (request: LoadRequest, times: number): Promise<readonly number[]> => {
    const figures: number[] = [];
    for (let turn = 0; turn < times; turn += 1) {
      const startedAt = performance.now();
      await send(request);
      figures.push(performance.now() - startedAt);
      // Below its own limit.
      await new Promise((resolve) => setTimeout(resolve, 1_250 / rateLimit));
    }
    return figures;
  };
  // What a new process compiles and plans first isn't measured.
  await paced(list, 200);
  await paced(toCheck(measured), 200);
  const idle = await paced(toCheck(measured), 600);
  const busySend = createSend(server.url, new Agent({ keepAlive: true, maxSockets: busyConnections }));
  let isEnded = false;
  let [served, rejected] = [0, 0];
  const work = async (): Promise<void> => {
    while (!isEnded)
      await busySend(list).then(
        () => (served += 1),
        () => (rejected += 1),
      );
  };
  const startedAt = performance.now();
  const load = Promise.all(Array.from({ length: busyConnections }, work));
  const figures = await paced(toCheck(measured), 1_200);
  const seconds = (performance.now() - startedAt) / 1_000;
  isEnded = true;
  await load;
  await server.stop();
  return { idle, busy: figures, servedRate: served / seconds, rejectedRate: rejected / seconds };
}

function describe(values: readonly number[]): string {
  const [p50, p99] = [0.5, 0.99].map((share) => short(quantile(values, share)));
  return `p50 ${p50}, p99 ${p99} ms`;
}
