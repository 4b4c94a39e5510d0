/** Access that is revoked while a write waits for a lock, a connection or a password hash. */
import * as contract from "@gatehouse/sdk/contract";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createBulkJobSteps } from "./bulk-jobs.ts";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import { readDatabaseState } from "./database-state.ts";
import { serverUrl, toDatabaseUrl } from "./database-template.ts";
import {
  buildRequest,
  createScenario,
  editActor,
  removeActor,
  type Scenario,
  sendRequest,
} from "./delayed-body.ts";
import { getInvitationToken, invite } from "./invitations.ts";

let t: TestApp;
let gate = Promise.resolve();
let hashCalls = 0;
let lockClient: pg.Client;

beforeAll(async () => {
  const pass = async () => {
    hashCalls += 1;
    await gate;
  };
  const passwords = {
    hash: async (password: string) => {
      await pass();
      return `hash of ${password}`;
    },
    verify: async () => true,
  };
  t = await createTestApp({ passwords });
  const name = new URL(t.url ?? "").pathname.slice(1);
  lockClient = new pg.Client({ connectionString: toDatabaseUrl(serverUrl(), name) });
  await lockClient.connect();
});
afterAll(async () => {
  await lockClient.end();
  await t.close();
});

const readers = { name: "Readers", permissions: ["campaigns:view"] };

/** Locks rows in a separate transaction. Returns the function that releases them. */
async function lockRows(statement: string, values: readonly unknown[]): Promise<() => Promise<void>> {
  await lockClient.query("begin");
  await lockClient.query(statement, [...values]);
  return async () => {
    await lockClient.query("commit");
  };
}

/** Resolves when `count` statements wait for a lock. */
async function untilWaiting(count: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const rows = await t.sql(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      if (rows.length < count) throw new Error(`${rows.length} wait.`);
    },
    { timeout: 9_000, interval: 10 },
  );
}

test.each([
  ["removed", (scenario: Scenario) => removeActor(t, scenario), "auth/required"],
  ["demoted", (scenario: Scenario) => editActor(t, scenario, { roleIds: [] }), "forbidden/permission"],
])("rejects a write whose actor is %s while it waits for a row lock", async (_, revoke, code) => {
  const scenario = await createScenario(t);
  const roleId = scenario.acme.roles["call-center"];
  const request = await buildRequest(
    t,
    scenario,
    { endpoint: contract.editRole, body: () => readers },
    "user",
  );
  const releaseLock = await lockRows("SELECT FROM roles WHERE role_id = $1 FOR UPDATE", [roleId]);
  const response = sendRequest(t, request);
  await untilWaiting(1);
  await revoke(scenario);
  const before = await readDatabaseState(t);
  await releaseLock();
  expect((await response).code).toBe(code);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("rejects a write whose actor is demoted while it waits for the audit log", async () => {
  const scenario = await createScenario(t);
  const { acme } = scenario;
  const roleId = await t.role(acme, { name: "Makers", permissions: ["roles:create", "campaigns:view"] });
  const actor = await t.user(acme, { roles: [roleId] });
  const row = { endpoint: contract.createRole, body: () => readers };
  const request = await buildRequest(t, { ...scenario, actor }, row, "user");
  const releaseLock = await lockRows("LOCK TABLE unsealed_audit_events IN SHARE MODE", []);
  const response = sendRequest(t, request);
  await untilWaiting(1);
  // The transaction that locks the audit log removes the role.
  await lockClient.query("DELETE FROM user_roles WHERE user_id = $1", [actor.userId]);
  await releaseLock();
  expect((await response).code).toBe("forbidden/permission");
  expect(
    await t.sql("SELECT FROM roles WHERE organization_id = $1 AND name = 'Readers'", [acme.organizationId]),
  ).toEqual([]);
});

test("rejects a write whose session ends while it waits for a connection", async () => {
  const scenario = await createScenario(t);
  const row = { endpoint: contract.createRole, body: () => readers };
  const request = await buildRequest(t, scenario, row, "user");
  const before = { ...(await readDatabaseState(t)), sessions: null };
  const { readInOneRoundTrip } = t.deps.db;
  Object.assign(t.engine.pool.options, { connectionTimeoutMillis: 60_000 }); // for busy machines
  const release = Promise.withResolvers<void>();
  const filled = Promise.withResolvers<void>();
  let holders: readonly Promise<void>[] = [];
  // After authentication, takes every connection of the pool.
  const busy: typeof readInOneRoundTrip = async (organizationId, statement) => {
    const rows = await readInOneRoundTrip(organizationId, statement);
    holders = Array.from({ length: t.engine.pool.options.max }, async () => {
      const client = await t.engine.pool.connect();
      await release.promise;
      client.release();
    });
    filled.resolve();
    return rows;
  };
  Object.assign(t.deps.db, { readInOneRoundTrip: busy });
  const response = sendRequest(t, request);
  await filled.promise;
  Object.assign(t.deps.db, { readInOneRoundTrip });
  await vi.waitFor(
    () => {
      if (t.engine.pool.waitingCount === 0) throw new Error("No request is waiting for a connection.");
    },
    { timeout: 20_000 },
  );
  await t.sql("DELETE FROM sessions WHERE account_id = $1", [scenario.actor.accountId]);
  release.resolve();
  await Promise.all(holders);
  expect((await response).code).toBe("auth/required");
  expect({ ...(await readDatabaseState(t)), sessions: null }).toEqual(before);
});

test("doesn't change a password when the session ends during hashCalls", async () => {
  const scenario = await createScenario(t);
  const body = () => ({
    currentPassword: "correct horse battery staple",
    newPassword: "seven green copper gates",
  });
  const request = await buildRequest(t, scenario, { endpoint: contract.changePassword, body }, "user");
  const release = Promise.withResolvers<void>();
  const callsBefore = hashCalls;
  gate = release.promise;
  const response = sendRequest(t, request);
  await vi.waitFor(() => expect(hashCalls).toBe(callsBefore + 1), { timeout: 9_000 });
  expect((await t.as(scenario.actor).delete("/sessions")).statusCode).toBe(204);
  const before = await readDatabaseState(t);
  release.resolve();
  expect((await response).code).toBe("auth/required");
  expect(await readDatabaseState(t)).toEqual(before);
});

test("a bulk job changes no more users after its starter was demoted", async () => {
  const scenario = await createScenario(t);
  const { acme, actor, ids } = scenario;
  const steps = createBulkJobSteps(t, acme);
  await t.drainOutbox();
  const target = await t.user(acme, { roles: ["viewer"] });
  const job = await steps.start({ action: "suspend", users: { ids: [target.userId] } }, t.as(actor));
  const releaseLock = await lockRows("SELECT FROM users WHERE user_id = $1 FOR UPDATE", [target.userId]);
  const running = t.drainOutbox();
  await untilWaiting(1);
  await editActor(t, scenario, { roleIds: [] });
  await releaseLock();
  await running;
  expect(await steps.outcomes(job.id)).toEqual([`${target.name}: refused user-jobs/starter-lost-access`]);
  const [row] = await t.sql("SELECT status FROM users WHERE user_id = $1", [target.userId]);
  expect(row).toEqual({ status: "active" });
  expect(ids["jobId"]).not.toBe(job.id);
});

test("rejects an acceptance whose session ends while the invitation is locked", async () => {
  const scenario = await createScenario(t);
  const stranger = (await t.organization()).owner;
  const { id } = await invite(t, scenario.acme, stranger.email);
  const token = await getInvitationToken(t, scenario.acme, id);
  const releaseLock = await lockRows("SELECT FROM invitations WHERE invitation_id = $1 FOR UPDATE", [id]);
  const response = t.as(stranger).post("/invitations/accept", { token });
  await untilWaiting(1);
  await lockClient.query("DELETE FROM sessions WHERE account_id = $1", [stranger.accountId]);
  await releaseLock();
  expect((await response).json()).toMatchObject({ code: "auth/required" });
  expect(await t.sql("SELECT status FROM invitations WHERE invitation_id = $1", [id])).toEqual([
    { status: "pending" },
  ]);
});

test("rejects an acceptance whose inviter is demoted while it waits for the audit log", async () => {
  const scenario = await createScenario(t);
  const stranger = (await t.organization()).owner;
  // Not an owner: the number of owners is in the organization's row, which the acceptance has locked.
  const inviter = await t.user(scenario.acme, { roles: ["app-admin"] });
  const { id } = await invite(t, scenario.acme, stranger.email, { by: t.as(inviter) });
  const token = await getInvitationToken(t, scenario.acme, id);
  const releaseLock = await lockRows("LOCK TABLE unsealed_audit_events IN SHARE MODE", []);
  const response = t.as(stranger).post("/invitations/accept", { token });
  await untilWaiting(1);
  await lockClient.query("DELETE FROM user_roles WHERE user_id = $1", [inviter.userId]);
  await releaseLock();
  expect((await response).json()).toMatchObject({ code: "invitations/inviter-lost-access" });
  expect(await t.sql("SELECT status FROM invitations WHERE invitation_id = $1", [id])).toEqual([
    { status: "pending" },
  ]);
});
