import { connect, createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import type { TestOrganization } from "../../test/factories.ts";
import { createApp } from "../app.ts";
import { createDatabase, openPostgres } from "../db/open.ts";

let t: TestApp;
let acme: TestOrganization;
let token: string;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  token = await t.session(acme.owner);
});
afterAll(() => t.close());

const requests = () =>
  [
    ["GET", "/api/v1/me"],
    ["GET", `/api/v1/organizations/${acme.organizationId}/users`],
    ["DELETE", "/api/v1/sessions/current"],
    ["GET", "/api/v1/setup"],
    ["GET", "/readyz"],
  ] as const;

/** Asks everything of a server whose database is at `url`. */
async function askWithDatabaseAt(url: string) {
  const engine = openPostgres(url);
  const app = await createApp({ ...t.deps, db: createDatabase(engine) });
  const responses = await Promise.all(
    requests().map(async ([method, path]) => {
      const start = performance.now();
      const headers = { origin: "http://127.0.0.1:3000", cookie: `gatehouse=${token}` };
      const response = await app.inject({ method, url: path, headers });
      return { response, ms: performance.now() - start };
    }),
  );
  await app.close();
  await engine.close();
  return responses;
}

function expectUnavailable(responses: Awaited<ReturnType<typeof askWithDatabaseAt>>): void {
  for (const { response, ms } of responses) {
    expect(response.json()).toMatchObject({ status: 503, code: "unavailable" });
    expect(response.headers["retry-after"]).toBe("2");
    expect(response.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    expect(ms).toBeLessThan(2_000);
  }
}

test("responds 503 at once while nothing listens at the database's address", async () => {
  const { server, port } = await listen(() => undefined);
  await new Promise((resolve) => server.close(resolve));
  expectUnavailable(await askWithDatabaseAt(`postgresql://nobody@127.0.0.1:${port}/none`));
});

test("responds 503 within two seconds while the database accepts connections but doesn't respond", async () => {
  const sockets: Socket[] = [];
  const { server, port } = await listen((socket) => sockets.push(socket));
  expectUnavailable(await askWithDatabaseAt(`postgresql://nobody@127.0.0.1:${port}/none`));
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

test("denies access while the database is down, and works as soon as it is back", async () => {
  let isAway = false;
  const sockets = new Set<Socket>();
  const database = new URL(t.url ?? "");
  const { server, port } = await listen((client) => {
    if (isAway) return client.destroy();
    const upstream = connect(`${database.searchParams.get("host")}/.s.PGSQL.${database.port || "5432"}`);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on("error", () => other.destroy());
      one.pipe(other);
    }
    return client;
  });
  const engine = openPostgres(`postgresql://${database.username}@127.0.0.1:${port}${database.pathname}`);
  const app = await createApp({ ...t.deps, db: createDatabase(engine) });
  const ask = async () => {
    const [, [, url]] = requests();
    return (await app.inject({ url, headers: { cookie: `gatehouse=${token}` } })).statusCode;
  };
  expect(await ask()).toBe(200);
  isAway = true;
  for (const socket of sockets) socket.destroy();
  expect(await ask()).toBe(503);
  expect(await ask()).toBe(503);
  isAway = false;
  await expect.poll(ask, { timeout: 5_000 }).toBe(200);
  await app.close();
  await engine.close();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

async function listen(onConnection: (socket: Socket) => unknown): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("There is no port.");
  return { server, port: address.port };
}
