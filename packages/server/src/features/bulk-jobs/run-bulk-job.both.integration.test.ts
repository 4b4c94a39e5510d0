import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type BulkJobSteps, createBulkJobSteps } from "../../../test/bulk-jobs.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { runBulkJob } from "./index.ts";

let t: TestApp;
let lodos: TestOrganization;
let steps: BulkJobSteps;
let manager: TestUser;
let base: string;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  lodos = await t.organization("Lodos");
  base = `/organizations/${lodos.organizationId}`;
  steps = createBulkJobSteps(t, lodos);
  manager = await t.user(lodos, { name: "Zeynep", roles: ["app-admin"] });
  for (const name of ["Ayşe", "Bora", "Ceren"]) await t.user(lodos, { name, roles: ["viewer"] });
});

/** Starts a job that adds a role to the three viewers, as the manager. */
const addDeveloper = () =>
  steps.start(
    {
      action: "add-role",
      roleId: lodos.roles.developer,
      users: { matching: { role: lodos.roles.viewer } },
    },
    t.as(manager),
  );
const message = (jobId: string, generation: number) =>
  ({ kind: "user-job", organizationId: lodos.organizationId, jobId, generation }) as const;

test("when the time is up the next message continues the job", async () => {
  const job = await addDeveloper();
  await steps.runOneBatch(job, 1);
  expect(await steps.get(job.id)).toMatchObject({ status: "running", done: 1, changed: 1 });
  expect(await steps.outcomes(job.id)).toEqual(["Ayşe: changed", "Bora: not-done", "Ceren: not-done"]);
  await t.drainOutbox();
  expect(await steps.get(job.id)).toMatchObject({ status: "done", done: 3, changed: 3 });
});

test("old and repeated messages don't change a user twice", async () => {
  const job = await addDeveloper();
  await steps.runOneBatch(job, 1);
  await steps.runOneBatch(job, 1);
  await steps.runOneBatch(job, 7);
  expect(await steps.get(job.id)).toMatchObject({ done: 1 });
  await t.drainOutbox();
  await runBulkJob(t.deps, message(job.id, 2));
  expect(await steps.get(job.id)).toMatchObject({ status: "done", done: 3, changed: 3 });
});

test("concurrent workers with the same message change each user once", async () => {
  for (let n = 0; n < 60; n += 1) await t.user(lodos, { name: `Viewer ${n}`, roles: ["viewer"] });
  const job = await addDeveloper();
  const working = [1, 2, 3].map(() => runBulkJob(t.deps, message(job.id, 1)));
  await Promise.all(working);
  expect(await steps.get(job.id)).toMatchObject({ status: "done", total: 63, changed: 63, failed: 0 });
  const [events] = await t.sql(
    `SELECT count(*)::integer AS n, count(DISTINCT target_id)::integer AS people FROM audit_events
     WHERE organization_id = $1 AND action = 'users.roles-changed'`,
    [lodos.organizationId],
  );
  expect(events).toEqual({ n: 63, people: 63 });
});

test("cancelling stops a job between two users and keeps completed edits", async () => {
  const job = await addDeveloper();
  await steps.runOneBatch(job, 1);
  const asOwner = t.as(lodos.owner);
  expect((await asOwner.delete(`${base}/user-jobs/${job.id}`)).statusCode).toBe(204);
  expect((await asOwner.delete(`${base}/user-jobs/${job.id}`)).statusCode).toBe(204);
  await t.drainOutbox();
  expect(await steps.get(job.id)).toMatchObject({
    status: "cancelled",
    done: 1,
    finishedAt: "2026-03-02T09:00:00.000Z",
  });
  expect(await steps.outcomes(job.id)).toEqual(["Ayşe: changed", "Bora: not-done", "Ceren: not-done"]);
  const events = await t.sql(
    "SELECT action, changes FROM audit_events WHERE organization_id = $1 AND action = 'user-jobs.stopped'",
    [lodos.organizationId],
  );
  expect(events).toEqual([
    { action: "user-jobs.stopped", changes: [{ field: "users", before: 3, after: 1 }] },
  ]);
});

test("a finished job can't be cancelled", async () => {
  const job = await addDeveloper();
  await t.drainOutbox();
  const answer = await t.as(lodos.owner).delete(`${base}/user-jobs/${job.id}`);
  expect(answer.json()).toMatchObject({ status: 409, code: "user-jobs/finished" });
  expect((await steps.get(job.id)).status).toBe("done");
});

const loseAccess = {
  demoted: "DELETE FROM user_roles WHERE user_id = $1",
  suspended: "UPDATE users SET status = 'suspended' WHERE user_id = $1",
  removed: "DELETE FROM users WHERE user_id = $1",
};
test.each(Object.entries(loseAccess))(
  "when the creator is %s while the job runs, the remaining users are refused with the reason",
  async (_, statement) => {
    const job = await addDeveloper();
    await steps.runOneBatch(job, 1);
    await t.sql(statement, [manager.userId]);
    await t.drainOutbox();
    expect(await steps.get(job.id)).toMatchObject({ status: "done", done: 3, changed: 1, failed: 2 });
    const rest = await steps.results(job.id, "?outcome=refused");
    expect(rest.map(({ name, code, detail, params }) => [name, code, detail, params])).toEqual(
      ["Bora", "Ceren"].map((name) => [
        name,
        "user-jobs/starter-lost-access",
        "Zeynep, who started this, no longer has the permission. Someone who has it must start it again.",
        { name: "Zeynep" },
      ]),
    );
    expect(await steps.users()).toContain("Bora: active Viewer");
  },
);

test("when the API key of a job is revoked, the remaining users are refused", async () => {
  const { key, apiKeyId } = await t.apiKey(lodos);
  const users = { matching: { role: lodos.roles.viewer } };
  const job = await steps.start({ action: "suspend", users }, t.withKey(key));
  await steps.runOneBatch(job, 1);
  await t.sql("UPDATE api_keys SET revoked_at = now() WHERE api_key_id = $1", [apiKeyId]);
  await t.drainOutbox();
  expect(await steps.outcomes(job.id)).toEqual([
    "Ayşe: changed",
    "Bora: refused user-jobs/starter-lost-access",
    "Ceren: refused user-jobs/starter-lost-access",
  ]);
});

test("refuses users when the creator no longer holds the permissions of the role", async () => {
  const job = await addDeveloper();
  const narrow = await t.role(lodos, { name: "Narrow", permissions: ["roles:assign", "users:view"] });
  await t.sql("UPDATE user_roles SET role_id = $1 WHERE user_id = $2", [narrow, manager.userId]);
  await t.drainOutbox();
  expect(await steps.get(job.id)).toMatchObject({ changed: 0, failed: 3 });
  expect((await steps.results(job.id))[0]).toMatchObject({ code: "forbidden/grant-ceiling" });
});

test("refuses users for a role that was deleted and users who were removed meanwhile", async () => {
  const roleId = await t.role(lodos, { name: "Passing", permissions: ["campaigns:view"] });
  const users = { matching: { role: lodos.roles.viewer } };
  const job = await steps.start({ action: "add-role", roleId, users });
  await steps.runOneBatch(job, 1);
  await t.sql("DELETE FROM user_roles WHERE role_id = $1", [roleId]);
  await t.sql("DELETE FROM role_permissions WHERE role_id = $1", [roleId]);
  await t.sql("DELETE FROM roles WHERE role_id = $1", [roleId]);
  await t.sql("DELETE FROM users WHERE organization_id = $1 AND name = 'Ceren'", [lodos.organizationId]);
  await t.drainOutbox();
  expect(await steps.get(job.id)).toMatchObject({ role: { id: roleId, name: "Passing" }, done: 3 });
  expect(await steps.outcomes(job.id)).toEqual([
    "Ayşe: changed",
    "Bora: refused roles/unknown",
    "Ceren: refused not-found",
  ]);
});

test("an unexpected error is logged, and the job continues with the next user", async () => {
  await t.sql(`ALTER TABLE user_roles ADD CONSTRAINT nobody_like_bora CHECK (granted_by_name <> 'Boom')`);
  await t.sql("UPDATE users SET name = 'Boom' WHERE user_id = $1", [manager.userId]);
  const log = vi.spyOn(t.deps.log, "error").mockImplementation(() => undefined);
  try {
    const job = await addDeveloper();
    await t.drainOutbox();
    expect(await steps.get(job.id)).toMatchObject({ status: "done", changed: 0, failed: 3 });
    expect((await steps.results(job.id))[0]).toMatchObject({ code: "internal", outcome: "refused" });
    expect(log).toHaveBeenCalledTimes(3);
  } finally {
    await t.sql("ALTER TABLE user_roles DROP CONSTRAINT nobody_like_bora");
  }
});

test("when the database rejects the edit of one user, the others are changed once", async () => {
  const [bora] = await t.sql("SELECT user_id FROM users WHERE organization_id = $1 AND name = 'Bora'", [
    lodos.organizationId,
  ]);
  await t.sql(
    `ALTER TABLE user_roles ADD CONSTRAINT not_bora CHECK (user_id <> '${bora?.["user_id"]}' OR role_id <> '${lodos.roles.developer}')`,
  );
  const log = vi.spyOn(t.deps.log, "error").mockImplementation(() => undefined);
  try {
    const job = await addDeveloper();
    await t.drainOutbox();
    expect(await steps.outcomes(job.id)).toEqual([
      "Ayşe: changed",
      "Bora: refused internal",
      "Ceren: changed",
    ]);
    expect(await steps.get(job.id)).toMatchObject({ status: "done", changed: 2, failed: 1 });
    expect(log).toHaveBeenCalledTimes(1);
    const events = await t.sql(
      `SELECT target_name FROM audit_events WHERE organization_id = $1 AND action = 'users.roles-changed'
       ORDER BY sequence`,
      [lodos.organizationId],
    );
    expect(events.map((event) => event["target_name"])).toEqual(["Ayşe", "Ceren"]);
  } finally {
    await t.sql("ALTER TABLE user_roles DROP CONSTRAINT not_bora");
  }
});

test("a job without further retries is failed, and lists the unprocessed users", async () => {
  const job = await addDeveloper();
  await steps.runOneBatch(job, 1);
  await t.handlers["given-up"](message(job.id, 1)); // replaced by generation 2
  expect((await steps.get(job.id)).status).toBe("running");
  await t.handlers["given-up"](message(job.id, 2));
  await t.drainOutbox();
  expect(await steps.get(job.id)).toMatchObject({ status: "failed", done: 1, total: 3 });
  expect((await steps.results(job.id, "?outcome=not-done")).map(({ name }) => name)).toEqual([
    "Bora",
    "Ceren",
  ]);
});
