/** What waits for the locked audit log of an organization, and what doesn't. */
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { ApiResponse } from "../../../test/api-client.ts";
import { createTestApp, type TestApp, testOrigin } from "../../../test/create-test-app.ts";
import { serverUrl, toDatabaseUrl } from "../../../test/database-template.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { postgresTimeouts, type Timeouts } from "../../db/timeouts.ts";

const right = "correct horse battery staple";
const wrong = "wrong horse battery staple";

let t: TestApp;
let locker: pg.Client;
let acme: TestOrganization;

beforeAll(async () => {
  // Fast fake verification for many attempts.
  const verify = async (stored: string | null, password: string) => stored !== null && password === right;
  t = await createTestApp({ passwords: { hash: async () => "hash", verify } });
  acme = await t.organization("Acme");
  const name = new URL(t.url ?? "").pathname.slice(1);
  expect((await signIn(acme.owner.email, right)).statusCode).toBe(201); // creates the first event of the audit log
  locker = new pg.Client({ connectionString: toDatabaseUrl(serverUrl(), name) });
  await locker.connect();
});
afterEach(async () => {
  await locker.query("rollback");
  vi.restoreAllMocks();
});
afterAll(async () => {
  await locker.end();
  await t.close();
});

/** Sets the timeout of every wait for a lock or for other writers. */
function waitAtMost(lock: number): void {
  const interactive: Timeouts = { statement: 60_000, idle: 60_000, query: 60_000, queue: 60_000, lock };
  vi.spyOn(t.engine, "timeouts", "get").mockReturnValue({ ...postgresTimeouts, interactive });
}

async function lockLog({ organizationId }: TestOrganization): Promise<void> {
  await locker.query("begin");
  const head = "SELECT FROM audit_heads WHERE organization_id = $1 FOR UPDATE";
  expect((await locker.query(head, [organizationId])).rowCount).toBe(1);
}

/** Resolves when a statement waits for the lock. */
async function untilOneWaits(): Promise<void> {
  const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
    AND query LIKE '%append_audit_events%'`;
  await vi.waitFor(async () => expect(await t.sql(waiting)).not.toEqual([]), { timeout: 9_000 });
}

let lastAddress = 0;
/** Signs in from an unused address, so that no attempt is throttled. */
function signIn(email: string, password: string): Promise<ApiResponse> {
  lastAddress += 1;
  return t.app.inject({
    method: "POST",
    url: "/api/v1/sessions",
    remoteAddress: `10.0.${Math.floor(lastAddress / 250)}.${1 + (lastAddress % 250)}`,
    headers: { origin: testOrigin, "content-type": "application/json" },
    payload: JSON.stringify({ email, password }),
  });
}

const failuresIn = async ({ organizationId }: TestOrganization) =>
  (
    await t.sql(
      "SELECT FROM audit_events WHERE organization_id = $1 AND action = 'sessions.sign-in-failed'",
      [organizationId],
    )
  ).length;

test("doesn't block other organizations during failed sign-ins in an organization with a locked audit log", async () => {
  // Statements that wait for the audit log wait until the test ends.
  waitAtMost(60_000);
  const ada = await t.user(acme, { roles: ["viewer"] });
  const elsewhere = await t.organization("Elsewhere");
  await lockLog(acme);
  const tries = Promise.all(Array.from({ length: 40 }, () => signIn(ada.email, wrong)));
  await untilOneWaits();
  expect((await signIn(elsewhere.owner.email, right)).statusCode).toBe(201);
  expect((await tries).map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 40 }, () => 401));
  expect(await failuresIn(acme)).toBe(0);
  await locker.query("rollback");
  await vi.waitFor(async () => expect(await failuresIn(acme)).toBe(1), { timeout: 9_000 });
}, 30_000);

test("records a failed sign-in in the other organizations if one audit log is locked, and warns once a minute", async () => {
  waitAtMost(100);
  const warn = vi.spyOn(t.deps.log, "warn");
  const other = await t.organization("Zenith");
  const person = await t.user(acme, { roles: ["viewer"] });
  await t.user(other, { sameAccountAs: person });
  await lockLog(acme);
  for (const recorded of [1, 2]) {
    // A failure while the previous one is being recorded is skipped.
    const fail = async () => {
      expect((await signIn(person.email, wrong)).statusCode).toBe(401);
      expect(await failuresIn(other)).toBe(recorded);
    };
    await vi.waitFor(fail, { timeout: 9_000, interval: 300 });
    for (let tries = 0; tries < 5; tries++) await signIn(person.email, wrong);
    const said = warn.mock.calls.filter(([, sentence]) => sentence?.includes("could not be recorded"));
    expect(said).toHaveLength(recorded);
    expect(said.at(-1)?.[0]).toEqual({
      accountId: person.accountId,
      organizationId: acme.organizationId,
      reason: expect.any(String),
    });
    t.clock.advance(61_000);
  }
}, 30_000);
