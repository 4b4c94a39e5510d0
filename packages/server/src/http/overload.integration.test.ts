/** What one organization, one row or the network can do to everybody's requests. */

import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp, testOrigin } from "../../test/create-test-app.ts";
import { serverUrl, toDatabaseUrl } from "../../test/database-template.ts";
import type { TestOrganization } from "../../test/factories.ts";
import { startBlackholeProxy } from "../../test/tcp-proxies.ts";
import { createApp } from "../app.ts";
import { DatabaseUnavailable } from "../db/database.ts";
import type { Engine } from "../db/engine.ts";
import { createDatabase, openPostgres } from "../db/open.ts";
import { sql } from "../db/sql.ts";

let t: TestApp;
let acme: TestOrganization;
let other: TestOrganization;
let locker: pg.Client;
/** With the time-outs of a server, which a test application doesn't have. */
let engine: Engine;
let app: TestApp["app"];

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  other = await t.organization();
  locker = new pg.Client({
    connectionString: toDatabaseUrl(serverUrl(), new URL(t.url ?? "").pathname.slice(1)),
  });
  engine = openPostgres(t.url ?? "");
  app = await createApp({ ...t.deps, db: createDatabase(engine) });
  await locker.connect();
});
afterAll(async () => {
  await app.close();
  await engine.close();
  await locker.end();
  await t.close();
});

/** An organization with its owner's session and a key. */
interface Visited extends TestOrganization {
  readonly cookie: string;
  readonly key: string;
}

async function visit(organization: TestOrganization): Promise<Visited> {
  const { key } = await t.apiKey(organization, { permissions: ["users:view"] });
  return { ...organization, cookie: `gatehouse=${await t.session(organization.owner)}`, key };
}

/** Makes a role, which writes into the organization's row. */
const write = async ({ organizationId, cookie }: Visited, name: string) =>
  app.inject({
    method: "POST",
    url: `/api/v1/organizations/${organizationId}/roles`,
    headers: { cookie, origin: testOrigin },
    payload: { name, permissions: [] },
  });

/** What everybody else wants meanwhile. */
async function askEverything(visited: Visited): Promise<readonly number[]> {
  const { organizationId, owner, cookie, key } = visited;
  const list = await app.inject({
    url: `/api/v1/organizations/${organizationId}/users?limit=5`,
    headers: { cookie },
  });
  const me = await app.inject({ url: "/api/v1/me", headers: { cookie } });
  const ready = await app.inject({ url: "/readyz" });
  const check = await app.inject({
    method: "POST",
    url: "/access/v1/evaluation",
    headers: { authorization: `Bearer ${key}` },
    payload: {
      subject: { type: "user", id: owner.userId },
      action: { name: "users:view" },
      resource: { type: "organization", id: organizationId },
    },
  });
  return [list, me, ready, check].map(({ statusCode }) => statusCode);
}

test("forty writers waiting for one organization's row don't affect other requests", async () => {
  const [stormy, calm] = [await visit(acme), await visit(other)];
  await locker.query("BEGIN");
  await locker.query("SELECT FROM organizations WHERE organization_id = $1 FOR UPDATE", [
    acme.organizationId,
  ]);
  let running = 40;
  const storm = Array.from({ length: running }, async (_, at) => {
    const response = await write(stormy, `Storm ${at}`);
    running -= 1;
    return response;
  });
  let rounds = 0;
  while (running > 0) {
    rounds += 1;
    expect(await askEverything(stormy)).toEqual([200, 200, 200, 200]);
    expect(await askEverything(calm)).toEqual([200, 200, 200, 200]);
    expect((await write(calm, `Beside ${rounds}`)).statusCode).toBe(201);
  }
  expect(rounds).toBeGreaterThan(1);
  const rejected = await Promise.all(storm);
  const codes = rejected.map((response) => response.json().code);
  // Those that reached the database waited for the row; the others were still waiting for their organization's turn.
  expect(new Set(codes)).toEqual(new Set(["unavailable", "organizations/too-many-requests"]));
  expect(rejected.map(({ statusCode }) => statusCode)).toEqual(
    codes.map((code) => (code === "unavailable" ? 503 : 429)),
  );
  for (const { headers } of rejected) expect(headers["retry-after"]).toBe("2");
  await locker.query("ROLLBACK");
  const made = await t.sql("SELECT FROM roles WHERE name LIKE 'Storm %'");
  expect(made).toEqual([]);
  expect((await write(stormy, "After the storm")).statusCode).toBe(201);
});

test("while the network is down every request gets 503, and all works soon after it is back", async () => {
  const proxy = await startBlackholeProxy(t.url ?? "");
  const far = openPostgres(proxy.url);
  const farApp = await createApp({ ...t.deps, db: createDatabase(far) });
  const cookie = `gatehouse=${await t.session(acme.owner)}`;
  const ask = (url: string) => farApp.inject({ url, headers: { cookie } });
  const paths = ["/api/v1/me", `/api/v1/organizations/${acme.organizationId}/users`];
  const all = () => Promise.all([...paths, ...paths].map(ask));
  for (const response of await all()) expect(response.statusCode).toBe(200);

  proxy.drop();
  const begun = performance.now();
  for (const response of await all()) {
    expect(response.json()).toMatchObject({ status: 503, code: "unavailable" });
    expect(response.headers["retry-after"]).toBe("2");
  }
  // 4.5 s, and as much again for a busy machine. It was 35 s.
  expect(performance.now() - begun).toBeLessThan(10_000);
  for (const response of await all()) expect(response.statusCode).toBe(503);

  proxy.recover();
  const statuses = async () => (await all()).map(({ statusCode }) => statusCode);
  await expect.poll(statuses, { timeout: 5_000 }).toEqual([200, 200, 200, 200]);
  await farApp.close();
  await far.close();
  await proxy.close();
});

test("a transaction whose connection is lost fails as unavailable, and is rolled back", async () => {
  const proxy = await startBlackholeProxy(t.url ?? "");
  const far = openPostgres(proxy.url);
  const db = createDatabase(far);
  const cutOff = db.shared(async (tx) => {
    await tx.query(sql`INSERT INTO throttles VALUES ('cut off', 1, now(), now())`);
    proxy.drop();
    await tx.query(sql`SELECT 1`);
  });
  await expect(cutOff).rejects.toBeInstanceOf(DatabaseUnavailable);
  expect(await t.sql("SELECT FROM throttles WHERE bucket = 'cut off'")).toEqual([]);
  await far.close();
  await proxy.close();
});

test("a ping that times out drops only its own connection", async () => {
  const slow = openPostgres(t.url ?? "");
  const db = createDatabase(slow);
  const session = async () =>
    db.shared(
      async (tx) => (await tx.query(sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`)).rows[0]?.pid,
    );
  const before = await session();
  const client = await slow.priorityPool.connect();
  const query = client.query.bind(client) as (asked: object) => Promise<pg.QueryResult>;
  const late = { query: (asked: object) => query({ ...asked, text: "SELECT pg_sleep(10)" }) };
  Object.assign(client, late).release();
  const pinged = slow.priorityPool.totalCount;
  await expect(db.ping()).rejects.toBeInstanceOf(DatabaseUnavailable);
  expect([pinged, slow.priorityPool.totalCount]).toEqual([1, 0]);
  expect(await session()).toBe(before);
  expect(await db.ping()).toEqual({ isReadOnly: false });
  await slow.close();
});
