import type { UserJobResult, UserJobView } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BulkJobSteps, createBulkJobSteps } from "../../../test/bulk-jobs.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";

let t: TestApp;
let lodos: TestOrganization;
let otherOrganization: TestOrganization;
let steps: BulkJobSteps;
let base: string;
const suspendAll = { action: "suspend", users: { matching: {} } } as const;

beforeAll(async () => {
  t = await createTestApp();
  lodos = await t.organization("Lodos");
  otherOrganization = await t.organization("Elsewhere");
  base = `/organizations/${lodos.organizationId}`;
  steps = createBulkJobSteps(t, lodos);
});
afterAll(() => t.close());

async function createClient(...permissions: string[]) {
  const role = await t.role(lodos, { name: `Role ${permissions.join()}`, permissions });
  const client = t.as(await t.user(lodos, { roles: [role] }));
  await client.get(`${base}/users`);
  return client;
}

test("each action needs the same permission as a single edit", async () => {
  const assigner = await createClient("roles:assign", "users:view");
  const suspender = await createClient("users:suspend", "users:view");
  const { viewer } = lodos.roles;
  const users = { ids: [lodos.owner.userId] };
  const cases = [
    [assigner, { action: "suspend", users }, "users:suspend"],
    [suspender, { action: "add-role", roleId: viewer, users }, "roles:assign"],
    [suspender, { action: "remove-role", roleId: viewer, users }, "roles:assign"],
    [assigner, { action: "restore", users }, "users:suspend"],
  ] as const;
  const before = await readDatabaseState(t);
  for (const [client, job, permission] of cases)
    expect((await client.post(`${base}/user-jobs`, job)).json()).toMatchObject({
      status: 403,
      code: "forbidden/permission",
      params: { permission },
    });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("rejects a role that exceeds the actor's permissions, and an unknown role", async () => {
  const assigner = await createClient("roles:assign", "users:view", "roles:view");
  const before = await readDatabaseState(t);
  const add = (roleId: string) =>
    assigner.post(`${base}/user-jobs`, { action: "add-role", roleId, users: { matching: {} } });
  expect((await add(lodos.roles.owner)).json()).toMatchObject({
    status: 403,
    code: "forbidden/grant-ceiling",
  });
  expect((await add(otherOrganization.roles.viewer)).json()).toMatchObject({
    status: 422,
    code: "roles/unknown",
  });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("jobs and users of another organization are not found", async () => {
  const foreign = await createBulkJobSteps(t, otherOrganization).start(suspendAll);
  const asOwner = t.as(lodos.owner);
  for (const path of ["", "/results", "/failures"]) {
    const answer = await asOwner.get(`${base}/user-jobs/${foreign.id}${path}`);
    expect(answer.json()).toMatchObject({ status: 404, code: "not-found" });
  }
  expect((await asOwner.delete(`${base}/user-jobs/${foreign.id}`)).statusCode).toBe(404);
  const undo = { action: "restore", users: { changedBy: foreign.id } };
  expect((await asOwner.post(`${base}/user-jobs`, undo)).statusCode).toBe(404);

  const unknown = t.deps.ids.next();
  const users = { ids: [otherOrganization.owner.userId, unknown] };
  const job = await steps.run({ action: "suspend", users });
  const results = await steps.results(job.id);
  const detail = "There is no such user, or they were removed meanwhile.";
  expect(new Set(results.map(({ userId, ...rest }) => JSON.stringify(rest)))).toEqual(
    new Set([JSON.stringify({ name: null, email: null, outcome: "refused", code: "not-found", detail })]),
  );
  const [owner] = await t.sql("SELECT status FROM users WHERE user_id = $1", [
    otherOrganization.owner.userId,
  ]);
  expect(owner).toEqual({ status: "active" });
});

test("ten concurrent requests with one Idempotency-Key create one job", async () => {
  const key = { "idempotency-key": "bulk-1" };
  const client = t.as(lodos.owner);
  await client.get(`${base}/users`);
  const answers = await runConcurrently(10, () => client.post(`${base}/user-jobs`, suspendAll, key));
  const ids = answers.map((answer) =>
    answer.status === "fulfilled" ? answer.value.json<UserJobView>().id : "",
  );
  expect(new Set(ids).size).toBe(1);
  await client.delete(`${base}/user-jobs/${ids[0]}`);
});

test("an organization has at most five unfinished jobs", async () => {
  const open: string[] = [];
  for (let n = 0; n < 5; n += 1) open.push((await steps.start(suspendAll)).id);
  const client = t.as(lodos.owner);
  const answer = await client.post(`${base}/user-jobs`, suspendAll);
  expect(answer.json()).toMatchObject({ status: 429, code: "busy" });
  expect(answer.headers["retry-after"]).toBe("10");
  for (const id of open) await client.delete(`${base}/user-jobs/${id}`);
  await client.delete(`${base}/user-jobs/${(await steps.start(suspendAll)).id}`);
});

test("counts a duplicate id once, and rejects 10,001 ids and a missing role", async () => {
  const { userId } = await t.user(lodos, { roles: [] });
  expect((await steps.start({ action: "suspend", users: { ids: [userId, userId] } })).total).toBe(1);
  const client = t.as(lodos.owner);
  const many = Array.from({ length: 10_001 }, () => t.deps.ids.next());
  const tooMany = await client.post(`${base}/user-jobs`, { action: "suspend", users: { ids: many } });
  expect(tooMany.json()).toMatchObject({ status: 422, code: "request/invalid" });
  const roleless = await client.post(`${base}/user-jobs`, { ...suspendAll, action: "add-role" });
  expect(roleless.json()).toMatchObject({ status: 422, errors: [{ path: "roleId" }] });
});

test("returns results in pages by name, and failures as CSV without formulas", async () => {
  const many = await t.organization("Many");
  const here = `/organizations/${many.organizationId}`;
  const everything = await t.role(many, {
    name: "Everything",
    permissions: ["users:view", "users:suspend"],
  });
  const suspender = await t.user(many, { name: "Suspender", roles: [everything] });
  for (const name of ["=cmd|'/C calc'!A0", "+49", "@here", "Ayşe"])
    await t.user(many, { name, email: `${name.length}@x.example`, roles: ["viewer"] });
  const manySteps = createBulkJobSteps(t, many);
  const job = await manySteps.run(suspendAll, t.as(suspender));
  expect(job).toMatchObject({ total: 6, changed: 0, failed: 6 });

  const names: (string | null)[] = [];
  let cursor = "";
  for (let pages = 0; pages < 6; pages += 1) {
    const answer = await t
      .as(many.owner)
      .get(`${here}/user-jobs/${job.id}/results?outcome=refused&limit=2${cursor}`);
    const page = answer.json<{ items: UserJobResult[]; nextCursor: string | null; total: unknown }>();
    expect(page.total).toEqual({ count: 6, exact: true });
    names.push(...page.items.map(({ name }) => name));
    if (page.nextCursor === null) break;
    cursor = `&cursor=${page.nextCursor}`;
  }
  const inOrder = ["+49", "=cmd|'/C calc'!A0", "@here", "Ayşe", many.owner.name, "Suspender"];
  expect(names).toEqual(inOrder);
  expect(await manySteps.results(job.id, "?outcome=changed")).toEqual([]);

  const file = await t.as(many.owner).get(`${here}/user-jobs/${job.id}/failures`);
  expect(file.headers["content-type"]).toBe("text/csv; charset=utf-8");
  expect(file.headers["content-disposition"]).toBe('attachment; filename="not-changed.csv"');
  const lines = file.body.split("\r\n");
  expect(lines[0]).toBe("\ufeffuserId,name,email,outcome,code,detail");
  expect(lines).toHaveLength(8);
  expect(lines[1]).toMatch(/^[\da-f-]{36},'\+49,3@x\.example,refused,forbidden\/grant-ceiling,"/);
  expect(lines[2]).toContain(",'=cmd|'/C calc'!A0,");
});

test("rejects an invalid cursor", async () => {
  const { id } = await steps.start(suspendAll);
  const client = t.as(lodos.owner);
  for (const keys of [{ position: 0 }, { position: 1.5 }, { position: 9e9 }, { id: 1 }, []]) {
    const cursor = Buffer.from(JSON.stringify(keys)).toString("base64url");
    const answer = await client.get(`${base}/user-jobs/${id}/results?cursor=${cursor}`);
    expect(answer.json()).toMatchObject({ status: 422, code: "request/cursor" });
  }
});

test("rejects more than 100,000 users and stores nothing", async () => {
  const { organizationId } = otherOrganization;
  // Without triggers and indexes, which take most of the time.
  await t.sql(`
    DROP INDEX accounts_foreign_hashes, users_by_words, users_by_name, users_by_status_name, users_by_two_factor_name,
      users_by_activity, users_by_status_activity;
    SET session_replication_role = replica;
    INSERT INTO accounts (account_id, email, name, password_hash, created_at)
    SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, n || '@crowd.example', 'x', 'x', now()
    FROM generate_series(1, 100000) n;
    INSERT INTO users (organization_id, user_id, account_id, name, email, name_key, search_key, created_at)
    SELECT '${organizationId}', account_id, account_id, 'Same', email, 'same', email, now()
    FROM accounts WHERE email LIKE '%@crowd.example';
    RESET session_replication_role`);
  const client = t.as(otherOrganization.owner);
  const here = `/organizations/${organizationId}/user-jobs`;
  const [before] = await t.sql("SELECT count(*) FROM user_job_users");
  const answer = await client.post(here, suspendAll);
  expect(answer.json()).toMatchObject({
    status: 422,
    code: "user-jobs/too-many",
    params: { most: 100_000 },
  });
  expect((await t.sql("SELECT count(*) FROM user_job_users"))[0]).toEqual(before);
  const crowd = { action: "suspend", users: { matching: { query: "crowd" } } };
  expect((await client.post(here, crowd)).json()).toMatchObject({ total: 100_000 });
});
