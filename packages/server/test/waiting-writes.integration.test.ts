/** Rights that are taken away while a write waits inside the server, for a lock, a connection or a hash. */
import * as contract from "@gatehouse/sdk/contract";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import { askAtOnce, asked, createWorld, edit, remove, type World } from "./held-world.ts";
import { invite, tokenOf } from "./inviting.ts";
import { stateOf } from "./state-of.ts";
import { serverUrl, urlOf } from "./template.ts";
import { jobSteps } from "./user-jobs.ts";

let t: TestApp;
let gate = Promise.resolve();
let hashing = 0;
let locker: pg.Client;

beforeAll(async () => {
  const pass = async () => {
    hashing += 1;
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
  locker = new pg.Client({ connectionString: urlOf(serverUrl(), name) });
  await locker.connect();
});
afterAll(async () => {
  await locker.end();
  await t.close();
});

const readers = { name: "Readers", permissions: ["campaigns:view"] };

/** Holds a lock in a transaction of its own until it is told to let go. */
async function hold(statement: string, values: readonly unknown[]): Promise<() => Promise<void>> {
  await locker.query("begin");
  await locker.query(statement, [...values]);
  return async () => {
    await locker.query("commit");
  };
}

/** Resolves when as many statements wait for a lock. */
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
  ["removed", (world: World) => remove(t, world), "auth/required"],
  ["demoted", (world: World) => edit(t, world, { roleIds: [] }), "forbidden/permission"],
])("an actor who is %s while a write of theirs waits for a row is refused", async (_, take, code) => {
  const world = await createWorld(t);
  const roleId = world.acme.roles["call-center"];
  const request = await asked(t, world, { endpoint: contract.editRole, body: () => readers }, "user");
  const letGo = await hold("SELECT FROM roles WHERE role_id = $1 FOR UPDATE", [roleId]);
  const answer = askAtOnce(t, request);
  await untilWaiting(1);
  await take(world);
  const before = await stateOf(t);
  await letGo();
  expect((await answer).code).toBe(code);
  expect(await stateOf(t)).toEqual(before);
});

test("an actor who is demoted while a write of theirs waits for the organization's log is refused", async () => {
  const world = await createWorld(t);
  const { acme } = world;
  const roleId = await t.role(acme, { name: "Makers", permissions: ["roles:create", "campaigns:view"] });
  const actor = await t.user(acme, { roles: [roleId] });
  const row = { endpoint: contract.createRole, body: () => readers };
  const request = await asked(t, { ...world, actor }, row, "user");
  const log = "SELECT FROM audit_heads WHERE organization_id = $1 FOR UPDATE";
  const letGo = await hold(log, [acme.organizationId]);
  const answer = askAtOnce(t, request);
  await untilWaiting(1);
  // The transaction that has the log takes the role away.
  await locker.query("DELETE FROM user_roles WHERE user_id = $1", [actor.userId]);
  await letGo();
  expect((await answer).code).toBe("forbidden/permission");
  expect(
    await t.sql("SELECT FROM roles WHERE organization_id = $1 AND name = 'Readers'", [acme.organizationId]),
  ).toEqual([]);
});

test("an actor whose session ends while a write of theirs waits for a connection is refused", async () => {
  const world = await createWorld(t);
  const row = { endpoint: contract.createRole, body: () => readers };
  const request = await asked(t, world, row, "user");
  const before = { ...(await stateOf(t)), sessions: null };
  const { lookUp } = t.deps.db;
  Object.assign(t.engine.pool.options, { connectionTimeoutMillis: 60_000 }); // a busy machine may be slow here
  const release = Promise.withResolvers<void>();
  const filled = Promise.withResolvers<void>();
  let holders: readonly Promise<void>[] = [];
  // Between authentication and the write every connection is taken.
  const busy: typeof lookUp = async (organizationId, statement) => {
    const rows = await lookUp(organizationId, statement);
    holders = Array.from({ length: t.engine.pool.options.max }, async () => {
      const client = await t.engine.pool.connect();
      await release.promise;
      client.release();
    });
    filled.resolve();
    return rows;
  };
  Object.assign(t.deps.db, { lookUp: busy });
  const answer = askAtOnce(t, request);
  await filled.promise;
  Object.assign(t.deps.db, { lookUp });
  await vi.waitFor(
    () => {
      if (t.engine.pool.waitingCount === 0) throw new Error("Nobody waits for a connection.");
    },
    { timeout: 20_000 },
  );
  await t.sql("DELETE FROM sessions WHERE account_id = $1", [world.actor.accountId]);
  release.resolve();
  await Promise.all(holders);
  expect((await answer).code).toBe("auth/required");
  expect({ ...(await stateOf(t)), sessions: null }).toEqual(before);
});

test("a password isn't changed by a session that ended while it was hashed", async () => {
  const world = await createWorld(t);
  const body = () => ({
    currentPassword: "correct horse battery staple",
    newPassword: "seven green copper gates",
  });
  const request = await asked(t, world, { endpoint: contract.changePassword, body }, "user");
  const release = Promise.withResolvers<void>();
  gate = release.promise;
  const answer = askAtOnce(t, request);
  await vi.waitFor(() => expect(hashing).toBe(1), { timeout: 9_000 });
  expect((await t.as(world.actor).delete("/sessions")).statusCode).toBe(204);
  const before = await stateOf(t);
  release.resolve();
  expect((await answer).code).toBe("auth/required");
  expect(await stateOf(t)).toEqual(before);
});

test("a job whose starter is demoted while it waits for somebody's row changes nobody from then on", async () => {
  const world = await createWorld(t);
  const { acme, actor, ids } = world;
  const steps = jobSteps(t, acme);
  await t.drainOutbox();
  const target = await t.user(acme, { roles: ["viewer"] });
  const job = await steps.start({ action: "suspend", users: { ids: [target.userId] } }, t.as(actor));
  const letGo = await hold("SELECT FROM users WHERE user_id = $1 FOR UPDATE", [target.userId]);
  const running = t.drainOutbox();
  await untilWaiting(1);
  await edit(t, world, { roleIds: [] });
  await letGo();
  await running;
  expect(await steps.outcomes(job.id)).toEqual([`${target.name}: refused user-jobs/starter-lost-access`]);
  const [row] = await t.sql("SELECT status FROM users WHERE user_id = $1", [target.userId]);
  expect(row).toEqual({ status: "active" });
  expect(ids["jobId"]).not.toBe(job.id);
});

test("nobody joins with a session that ended while the invitation was locked", async () => {
  const world = await createWorld(t);
  const stranger = (await t.organization()).owner;
  const { id } = await invite(t, world.acme, stranger.email);
  const token = await tokenOf(t, world.acme, id);
  const letGo = await hold("SELECT FROM invitations WHERE invitation_id = $1 FOR UPDATE", [id]);
  const answer = t.as(stranger).post("/invitations/accept", { token });
  await untilWaiting(1);
  await locker.query("DELETE FROM sessions WHERE account_id = $1", [stranger.accountId]);
  await letGo();
  expect((await answer).json()).toMatchObject({ code: "auth/required" });
  expect(await t.sql("SELECT status FROM invitations WHERE invitation_id = $1", [id])).toEqual([
    { status: "pending" },
  ]);
});

test("nobody joins by the word of an inviter who is demoted while the organization's log is waited for", async () => {
  const world = await createWorld(t);
  const stranger = (await t.organization()).owner;
  // Not an owner: the count of owners stands in the organization's row, which the acceptance holds while it waits.
  const inviter = await t.user(world.acme, { roles: ["app-admin"] });
  const { id } = await invite(t, world.acme, stranger.email, { by: t.as(inviter) });
  const token = await tokenOf(t, world.acme, id);
  const letGo = await hold("SELECT FROM audit_heads WHERE organization_id = $1 FOR UPDATE", [
    world.acme.organizationId,
  ]);
  const answer = t.as(stranger).post("/invitations/accept", { token });
  await untilWaiting(1);
  await locker.query("DELETE FROM user_roles WHERE user_id = $1", [inviter.userId]);
  await letGo();
  expect((await answer).json()).toMatchObject({ code: "invitations/inviter-lost-access" });
  expect(await t.sql("SELECT status FROM invitations WHERE invitation_id = $1", [id])).toEqual([
    { status: "pending" },
  ]);
});
