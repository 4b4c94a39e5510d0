/** A database without space, memory or connections: what changes something is refused, the rest works. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import { readDatabaseState } from "../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../test/factories.ts";

let t: TestApp;
let acme: TestOrganization;
let target: TestUser;
let key: string;
let owner: ApiClient;
let here: string;
let attempts = 0;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  target = await t.user(acme, { roles: ["viewer"] });
  ({ key } = await t.apiKey(acme, { permissions: ["users:view"] }));
  owner = t.as(acme.owner);
  here = `/organizations/${acme.organizationId}`;
  await owner.get(`${here}/users`); // has used its session
});
afterAll(() => t.close());
afterEach(() => t.sql("DROP FUNCTION IF EXISTS refuse_writes() CASCADE"));

/** Fails writes to these tables as PostgreSQL does: in the statement, or only at the commit. */
async function refuseWrites(state: string, when: "statement" | "commit", tables: readonly string[]) {
  await t.sql(`CREATE FUNCTION refuse_writes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '${state}'; END $$`);
  for (const table of tables)
    await t.sql(
      when === "statement"
        ? `CREATE TRIGGER refuse_writes BEFORE INSERT OR UPDATE OR DELETE ON ${table} EXECUTE FUNCTION refuse_writes()`
        : `CREATE CONSTRAINT TRIGGER refuse_writes AFTER INSERT OR UPDATE ON ${table} DEFERRABLE INITIALLY DEFERRED
           FOR EACH ROW EXECUTE FUNCTION refuse_writes()`,
    );
}

/** Changes of every kind: of rows, with an email, with a session, and without one. Each can be made once more. */
const writes = {
  "a role": () => owner.post(`${here}/roles`, { name: `Role ${attempts}`, permissions: [] }),
  "a user": async () => {
    const path = `${here}/users/${target.userId}`;
    const etag = String((await owner.get(path)).headers["etag"]);
    return owner.patch(path, { name: `Name ${attempts}` }, { "if-match": etag });
  },
  "an invitation": () =>
    owner.post(`${here}/invitations`, {
      invitations: [{ email: `new-${attempts}@example.test`, roleIds: [acme.roles.viewer] }],
    }),
  "an API key": () =>
    owner.post(`${here}/api-keys`, { name: `Key ${attempts}`, permissions: ["users:view"] }),
  "the own name": () => owner.patch("/me", { name: `Olive ${attempts}` }),
  "a sign-in": () =>
    t.anonymous.post("/sessions", { email: target.email, password: "correct horse battery staple" }),
  "a reset": () => t.anonymous.post("/password-resets", { email: target.email }),
} as const;

const everyTable = [
  "roles",
  "users",
  "invitations",
  "api_keys",
  "accounts",
  "sessions",
  "throttles",
  "unsealed_audit_events",
  "pgboss.job",
];

const evaluation = () =>
  t.app.inject({
    method: "POST",
    url: "/access/v1/evaluation",
    headers: { authorization: `Bearer ${key}` },
    payload: {
      subject: { type: "user", id: target.userId },
      action: { name: "users:view" },
      resource: { type: "organization", id: acme.organizationId },
    },
  });

test.each([
  ["the disk is full", "53100", "statement", everyTable, "disk is full"],
  [
    "the disk is full at the commit",
    "53100",
    "commit",
    ["unsealed_audit_events", "throttles"],
    "disk is full",
  ],
  ["the memory is full", "53200", "statement", everyTable, "too much to do"],
  ["there are too many connections", "53300", "statement", everyTable, "too much to do"],
] as const)(
  "when %s, every change gets 503 and leaves nothing, and reads and checks work",
  async (...row) => {
    const [, state, when, tables, reason] = row;
    attempts += 1;
    const before = await readDatabaseState(t);
    await refuseWrites(state, when, tables);
    for (const [what, send] of Object.entries(writes)) {
      const response = await send();
      expect(response.json(), what).toMatchObject({ status: 503, code: "unavailable" });
      expect(response.json<{ detail: string }>().detail, what).toContain(reason);
      expect(response.headers["retry-after"], what).toBe("2");
    }
    expect((await owner.get(`${here}/users`)).statusCode).toBe(200);
    expect((await owner.get(`${here}/audit-events`)).statusCode).toBe(200);
    expect((await evaluation()).json()).toMatchObject({ decision: true });
    expect(await readDatabaseState(t)).toEqual(before);

    await t.sql("DROP FUNCTION refuse_writes() CASCADE");
    for (const [what, send] of Object.entries(writes))
      expect((await send()).statusCode, what).toBeLessThan(300);
  },
);

test("when the disk is full in the middle of a change, nothing of it is left", async () => {
  attempts += 1;
  const before = await readDatabaseState(t);
  await refuseWrites("53100", "statement", ["unsealed_audit_events"]); // the role's own row has space
  expect((await writes["a role"]()).statusCode).toBe(503);
  expect((await writes["an invitation"]()).statusCode).toBe(503);
  expect(await readDatabaseState(t)).toEqual(before);
});
