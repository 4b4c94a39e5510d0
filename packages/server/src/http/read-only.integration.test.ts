/** A database that takes no changes: after a failover, or by its own default. */
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp, testOrigin } from "../../test/create-test-app.ts";
import { asSuperuser, serverUrl, toDatabaseUrl } from "../../test/database-template.ts";
import type { TestOrganization } from "../../test/factories.ts";
import { runProgram, temporaryFolder } from "../../test/program.ts";
import { createApp } from "../app.ts";
import { createLastUse } from "../auth/last-use.ts";
import { createDatabase, openPostgres } from "../db/open.ts";

let t: TestApp;
let acme: TestOrganization;
let key: string;
let name: string;
const minute = 60_000;

beforeAll(async () => {
  t = await createTestApp();
  name = new URL(t.url ?? "").pathname.slice(1);
});
afterAll(() => t.close());
beforeEach(async () => {
  acme = await t.organization();
  key = (await t.apiKey(acme, { permissions: ["users:view"] })).key;
});

afterEach(() => setReadOnly("RESET default_transaction_read_only"));

/** For connections that are made from now on. From another database, whose sessions may write. */
const setReadOnly = (setting: string) =>
  asSuperuser(serverUrl(), (client) => client.query(`ALTER DATABASE ${name} ${setting}`));

/** The check whether the owner may see users. */
const evaluation = () => ({
  method: "POST" as const,
  url: "/access/v1/evaluation",
  headers: { authorization: `Bearer ${key}` },
  payload: {
    subject: { type: "user", id: acme.owner.userId },
    action: { name: "users:view" },
    resource: { type: "organization", id: acme.organizationId },
  },
});

test("writes get 503 with a reason, reads and checks work, and readiness and doctor report it", async () => {
  const cookie = `gatehouse=${await t.session(acme.owner)}`;
  await setReadOnly("SET default_transaction_read_only = on");
  const engine = openPostgres(t.url ?? "");
  const db = createDatabase(engine);
  const lastUse = createLastUse({ db, log: t.deps.log });
  const app = await createApp({ ...t.deps, db, lastUse });
  const roles = `/api/v1/organizations/${acme.organizationId}/roles`;
  const write = (role: string) =>
    app.inject({
      method: "POST",
      url: roles,
      headers: { cookie, origin: testOrigin },
      payload: { name: role, permissions: [] },
    });
  t.clock.advance(2 * minute); // every last use is due to be recorded
  for (let round = 0; round < 3; round += 1) {
    const refused = await write("Too late");
    expect(refused.json()).toMatchObject({ status: 503, code: "unavailable" });
    expect(refused.json().detail).toContain("read-only");
    expect(refused.headers["retry-after"]).toBe("2");
    for (const url of [roles, "/api/v1/me", "/api/v1/setup"])
      expect((await app.inject({ url, headers: { cookie } })).statusCode).toBe(200);
    expect((await app.inject(evaluation())).json()).toMatchObject({ decision: true });
    t.clock.advance(2 * minute);
  }
  await lastUse.flush();
  const ready = await app.inject({ url: "/readyz" });
  expect(ready.json()).toMatchObject({
    status: 503,
    code: "unavailable",
    detail: expect.stringContaining("read-only"),
    params: { database: "read-only" },
  });
  expect(ready.headers["retry-after"]).toBe("2");
  expect((await app.inject({ url: "/livez" })).statusCode).toBe(200);
  const settings = { DATABASE_URL: t.url ?? "", SECRET_KEY: "x".repeat(32), DATA_DIR: temporaryFolder() };
  const doctor = await runProgram(["doctor"], settings);
  expect(doctor.code).toBe(1);
  expect(doctor.stdout).toMatch(/FAIL {2}database: .* read-only/);

  await setReadOnly("RESET default_transaction_read_only");
  await expect
    .poll(async () => (await write("In time")).statusCode, { timeout: 40_000, interval: 500 })
    .toBe(201);
  await expect
    .poll(async () => (await app.inject({ url: "/readyz" })).statusCode, { timeout: 20_000 })
    .toBe(200);
  expect(await t.sql("SELECT FROM roles WHERE name = 'Too late'")).toEqual([]);
  await app.close();
  await engine.close();
});

test("a worker that can't record its heartbeat because of the read-only database isn't called missing", async () => {
  await t.sql("UPDATE installation SET worker_seen_at = now() - interval '10 minutes'");
  const mail = `/organizations/${acme.organizationId}/mail`;
  expect((await t.as(acme.owner).get(mail)).json()).toMatchObject({ worker: "missing" });
  await setReadOnly("SET default_transaction_read_only = on");
  const engine = openPostgres(t.url ?? "");
  const db = createDatabase(engine);
  const app = await createApp({ ...t.deps, db, lastUse: createLastUse({ db, log: t.deps.log }) });
  const cookie = `gatehouse=${await t.session(acme.owner)}`;
  const response = await app.inject({ url: `/api/v1${mail}`, headers: { cookie } });
  expect(response.json()).toMatchObject({ worker: "unknown" });
  const settings = { DATABASE_URL: t.url ?? "", SECRET_KEY: "x".repeat(32), DATA_DIR: temporaryFolder() };
  const { stdout } = await runProgram(["doctor"], settings);
  expect(stdout).toMatch(
    /note {2}worker: Whether a worker runs is unknown while the database is read-only\./,
  );
  await app.close();
  await engine.close();
});

test("a locked row of a key, a session or a user delays no request, and is skipped", async () => {
  const locker = new pg.Client({ connectionString: toDatabaseUrl(serverUrl(), name) });
  locker.on("error", () => undefined); // dropping the database cuts it
  await locker.connect();
  await t.as(acme.owner).get("/me");
  const owner = t.as(acme.owner);
  await owner.get(`/organizations/${acme.organizationId}/roles`);
  await locker.query("BEGIN");
  for (const table of ["api_keys", "users"])
    await locker.query(`SELECT FROM ${table} WHERE organization_id = $1 FOR UPDATE`, [acme.organizationId]);
  await locker.query("SELECT FROM sessions WHERE account_id = $1 FOR UPDATE", [acme.owner.accountId]);
  t.clock.advance(2 * minute);
  const seen = () =>
    t.sql(
      `SELECT (SELECT max(last_used_at) FROM api_keys WHERE organization_id = $1) AS key,
        (SELECT max(last_active_at) FROM users WHERE organization_id = $1) AS user,
        (SELECT max(last_seen_at) FROM sessions WHERE account_id = $2) AS session`,
      [acme.organizationId, acme.owner.accountId],
    );
  const before = await seen();
  expect((await t.app.inject(evaluation())).json()).toMatchObject({ decision: true });
  expect((await owner.get(`/organizations/${acme.organizationId}/roles`)).statusCode).toBe(200);
  expect((await owner.get("/me")).statusCode).toBe(200);
  expect(await seen()).toEqual(before);
  await locker.query("ROLLBACK");
  await locker.end();
  t.clock.advance(2 * minute);
  await t.app.inject(evaluation());
  await owner.get(`/organizations/${acme.organizationId}/roles`);
  expect(await seen()).toEqual([{ key: t.clock.now(), user: t.clock.now(), session: t.clock.now() }]);
});
