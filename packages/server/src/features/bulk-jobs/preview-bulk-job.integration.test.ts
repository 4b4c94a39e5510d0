import type { NewUserJob, UserJobPreview, UserJobView } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type BulkJobSteps, createBulkJobSteps } from "../../../test/bulk-jobs.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization } from "../../../test/factories.ts";

let t: TestApp;
let org: TestOrganization;
let steps: BulkJobSteps;
let base: string;
beforeAll(async () => {
  t = await createTestApp();
});
beforeEach(async () => {
  org = await t.organization();
  base = `/organizations/${org.organizationId}`;
  steps = createBulkJobSteps(t, org);
});
afterAll(() => t.close());

async function preview(job: NewUserJob, client = t.as(org.owner)): Promise<UserJobPreview> {
  const response = await client.post(`${base}/user-jobs/preview`, job);
  expect(response.statusCode, response.body).toBe(200);
  return response.json<UserJobPreview>();
}

/** The counts of a preview, and those of the job that it announces. */
async function expectTruth(job: NewUserJob, client = t.as(org.owner)): Promise<UserJobPreview> {
  const announced = await preview(job, client);
  const { total, changed, failed, succeeded } = await steps.run(job, client);
  expect({ total, changed, unchanged: succeeded - changed, refused: failed }).toEqual({
    total: announced.total,
    changed: announced.changed,
    unchanged: announced.unchanged,
    refused: announced.refused,
  });
  return announced;
}

const all = { matching: {} } as const;

test("counts who changes, and the permissions that they gain and lose", async () => {
  await t.user(org, { roles: ["viewer"] });
  await t.user(org, { roles: ["viewer", "campaign-approver"] });
  await t.user(org, { roles: [] });
  const unknown = t.deps.ids.next();
  const owner = t.as(org.owner);
  await owner.get(`${base}/users`); // opens the session
  const state = await readDatabaseState(t);
  const added = await preview(
    { action: "add-role", roleId: org.roles["campaign-approver"], users: all },
    owner,
  );
  expect(await readDatabaseState(t)).toEqual(state);
  expect(added).toMatchObject({ total: 4, changed: 2, unchanged: 1, refused: 1, owners: 0, lost: [] });
  expect(added.gained).toContainEqual({ permission: "campaigns:approve", users: 2 });
  expect(added.gained).toContainEqual({ permission: "campaigns:view", users: 1 });
  await expectTruth({ action: "add-role", roleId: org.roles["campaign-approver"], users: all });
  const removed = await expectTruth({
    action: "remove-role",
    roleId: org.roles["campaign-approver"],
    users: all,
  });
  expect(removed.lost).toContainEqual({ permission: "campaigns:approve", users: 3 });
  expect(await preview({ action: "suspend", users: { ids: [unknown] } })).toMatchObject({
    total: 1,
    refused: 1,
  });
});

test("counts owners, and keeps the last one", async () => {
  const second = await t.user(org, { roles: ["owner"] });
  await t.user(org, { roles: ["viewer"] });
  const asSecond = t.as(second);
  await asSecond.get(`${base}/users`);
  const job = { action: "suspend", users: all } as const;
  expect(await preview(job, asSecond)).toMatchObject({ total: 3, changed: 2, refused: 1, owners: 1 });
  await expectTruth({ action: "remove-role", roleId: org.roles.owner, users: all });
  const byKey = t.withKey((await t.apiKey(org)).key);
  expect(await preview({ action: "suspend", users: { ids: [org.owner.userId] } }, byKey)).toMatchObject({
    changed: 0,
    refused: 1,
    owners: 0,
  });
});

test("announces refusals above the actor's permissions, and needs the permission of the action", async () => {
  const role = await t.role(org, {
    name: "Assigner",
    permissions: ["users:view", "roles:view", "roles:assign", "campaigns:view"],
  });
  const narrow = await t.role(org, { name: "Narrow", permissions: ["campaigns:view"] });
  const assigner = t.as(await t.user(org, { roles: [role] }));
  await assigner.get(`${base}/users`);
  await t.user(org, { roles: ["campaign-approver"] });
  await t.user(org, { roles: [] });
  const job = { action: "add-role", roleId: narrow, users: all } as const;
  expect(await expectTruth(job, assigner)).toMatchObject({ total: 4, changed: 1, refused: 3 });
  const refusals = [
    [{ action: "suspend", users: all }, "forbidden/permission"],
    [{ action: "add-role", roleId: org.roles.owner, users: all }, "forbidden/grant-ceiling"],
    [{ action: "add-role", roleId: t.deps.ids.next(), users: all }, "roles/unknown"],
  ] as const;
  for (const [refused, code] of refusals)
    expect((await assigner.post(`${base}/user-jobs/preview`, refused)).json()).toMatchObject({ code });
});

test("lists jobs, newest first and page by page, and says what undoes what", async () => {
  await t.user(org, { roles: ["viewer"] });
  const approver = org.roles["campaign-approver"];
  const first = await steps.run({ action: "add-role", roleId: approver, users: all });
  const second = await steps.run({ action: "suspend", users: { matching: { role: approver } } });
  const undo = await steps.run({ action: "remove-role", roleId: approver, users: { changedBy: first.id } });
  const other = await steps.run({ action: "suspend", users: { changedBy: first.id } });
  const list = async (query: string) =>
    (await t.as(org.owner).get(`${base}/user-jobs${query}`)).json<{
      items: UserJobView[];
      nextCursor: string | null;
      total: unknown;
    }>();
  const { items, total } = await list("");
  expect(items.map(({ id }) => id)).toEqual([other.id, undo.id, second.id, first.id]);
  expect(total).toEqual({ count: 4, exact: true });
  expect(items.map(({ undoes, undoneBy }) => undoes ?? undoneBy)).toEqual([
    undefined,
    first.id,
    undefined,
    undo.id,
  ]);
  const page = await list("?limit=2");
  expect(page.items.map(({ id }) => id)).toEqual([other.id, undo.id]);
  const rest = await list(`?limit=2&cursor=${page.nextCursor}`);
  expect([rest.items.map(({ id }) => id), rest.nextCursor]).toEqual([[second.id, first.id], null]);
  const foreign = await t.organization();
  const answer = await t.as(foreign.owner).get(`/organizations/${foreign.organizationId}/user-jobs`);
  expect(answer.json()).toMatchObject({ items: [], total: { count: 0 } });
});
