/** Sign-ins while an audit log is being sealed, or can't be written. */
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { ApiResponse } from "../../../test/api-client.ts";
import { createTestApp, type TestApp, testOrigin } from "../../../test/create-test-app.ts";
import { serverUrl, toDatabaseUrl } from "../../../test/database-template.ts";
import type { TestOrganization } from "../../../test/factories.ts";

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
  expect((await signIn(acme.owner.email, right)).statusCode).toBe(201);
  expect(await failuresIn(acme)).toBe(0); // seals the first event of the audit log
  locker = new pg.Client({ connectionString: toDatabaseUrl(serverUrl(), name) });
  await locker.connect();
});
afterEach(async () => {
  await locker.query("rollback");
  await t.sql("ALTER TABLE unsealed_audit_events DROP CONSTRAINT IF EXISTS refused");
  vi.restoreAllMocks();
});
afterAll(async () => {
  await locker.end();
  await t.close();
});

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

/** Failed sign-ins in the log, sealed or not. */
const failuresIn = async ({ organizationId }: TestOrganization) =>
  (
    await t.sql(
      `SELECT FROM audit_events WHERE organization_id = $1 AND action = 'sessions.sign-in-failed'
       UNION ALL SELECT FROM unsealed_audit_events WHERE organization_id = $1 AND action = 'sessions.sign-in-failed'`,
      [organizationId],
    )
  ).length;

test("neither sign-ins nor their events wait for a transaction that is sealing the log", async () => {
  const ada = await t.user(acme, { roles: ["viewer"] });
  await locker.query("begin");
  const head = "SELECT FROM audit_heads WHERE organization_id = $1 FOR UPDATE";
  expect((await locker.query(head, [acme.organizationId])).rowCount).toBe(1);
  const tries = await Promise.all(Array.from({ length: 40 }, () => signIn(ada.email, wrong)));
  expect(tries.map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 40 }, () => 401));
  expect((await signIn(acme.owner.email, right)).statusCode).toBe(201);
  await vi.waitFor(async () => expect(await failuresIn(acme)).toBe(1), { timeout: 9_000 });
});

test("records a failed sign-in in the other organizations if one audit log refuses it, and warns once a minute", async () => {
  const warn = vi.spyOn(t.deps.log, "warn");
  const other = await t.organization("Zenith");
  const person = await t.user(acme, { roles: ["viewer"] });
  await t.user(other, { sameAccountAs: person });
  await t.sql(
    `ALTER TABLE unsealed_audit_events ADD CONSTRAINT refused CHECK (organization_id <> '${acme.organizationId}') NOT VALID`,
  );
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
});
