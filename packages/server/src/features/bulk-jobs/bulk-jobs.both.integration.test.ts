import type { AuditEvent, UserView } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type BulkJobSteps, createBulkJobSteps } from "../../../test/bulk-jobs.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";

let t: TestApp;
let lodos: TestOrganization;
let steps: BulkJobSteps;
let people: readonly TestUser[];
let base: string;
const toIds = (users: readonly TestUser[]) => ({ ids: users.map(({ userId }) => userId) });
const findPerson = (name: string): TestUser => {
  const found = people.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no user ${name}.`);
  return found;
};

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  lodos = await t.organization("Lodos");
  base = `/organizations/${lodos.organizationId}`;
  steps = createBulkJobSteps(t, lodos);
  people = [
    await t.user(lodos, { name: "Ayşe", roles: ["viewer"] }),
    await t.user(lodos, { name: "Bora", roles: ["viewer", "marketer"] }),
    await t.user(lodos, { name: "Ceren", roles: [] }),
    await t.user(lodos, { name: "Deniz", roles: ["developer"], status: "suspended" }),
  ];
});

async function events(action: string): Promise<readonly AuditEvent[]> {
  const answer = await t.as(lodos.owner).get(`${base}/audit-events?action=${action}&limit=100`);
  return answer.json<{ items: AuditEvent[] }>().items;
}

test("adds a role to the listed users, with one audit event each", async () => {
  const users = toIds([findPerson("Ayşe"), findPerson("Bora"), findPerson("Ceren")]);
  const started = await steps.start({ action: "add-role", roleId: lodos.roles.marketer, users });
  expect(started).toMatchObject({ status: "queued", total: 3, done: 0, finishedAt: null });
  expect(await steps.users()).toContain("Ayşe: active Viewer");

  await t.drainOutbox();

  expect(await steps.get(started.id)).toEqual({
    ...started,
    status: "done",
    done: 3,
    succeeded: 3,
    changed: 2,
    finishedAt: "2026-03-02T09:00:00.000Z",
  });
  expect(await steps.outcomes(started.id)).toEqual(["Ayşe: changed", "Bora: unchanged", "Ceren: changed"]);
  expect(await steps.users()).toEqual([
    "Ayşe: active Marketer, Viewer",
    "Bora: active Marketer, Viewer",
    "Ceren: active Marketer",
    "Deniz: suspended Developer",
    `${lodos.owner.name}: active Owner`,
  ]);
  const changed = await events("users.roles-changed");
  expect(changed.map(({ target, actor, ip }) => [target.name, actor.id, ip])).toEqual([
    ["Ceren", lodos.owner.userId, "127.0.0.1"],
    ["Ayşe", lodos.owner.userId, "127.0.0.1"],
  ]);
  expect((await events("user-jobs.started"))[0]?.changes).toEqual([
    { field: "action", before: null, after: "add-role" },
    { field: "roles", before: null, after: ["Marketer"] },
    { field: "users", before: null, after: 3 },
  ]);
});

test("the matching users are fixed when the job is created", async () => {
  const matching = { role: lodos.roles.viewer, status: "active" } as const;
  const job = await steps.start({
    action: "remove-role",
    roleId: lodos.roles.viewer,
    users: { matching },
    expectedTotal: 2,
  });
  await t.user(lodos, { name: "Ekin", roles: ["viewer"] });
  await t.drainOutbox();
  expect(await steps.outcomes(job.id)).toEqual(["Ayşe: changed", "Bora: changed"]);
  expect(await steps.users()).toContain("Ekin: active Viewer");
});

test("matches the same users as the list: by name, address, role and status", async () => {
  await t.user(lodos, { name: "Işıl Ilgaz", email: "ilgaz@x.example", roles: ["viewer"] });
  await t.user(lodos, { name: "Isil Other", email: "other@x.example", roles: ["developer"] });
  const matching = { query: "ISIL x.ex", role: lodos.roles.viewer };
  const job = await steps.run({ action: "suspend", users: { matching } });
  expect(await steps.outcomes(job.id)).toEqual(["Işıl Ilgaz: changed"]);
  const all = await steps.start({ action: "suspend", users: { matching: {} } });
  expect(all.total).toBe(7);
});

test("starts nothing when the number of users differs from the expected one", async () => {
  const asOwner = t.as(lodos.owner);
  await asOwner.get(`${base}/users`);
  const before = await readDatabaseState(t);
  const job = { action: "suspend", users: { matching: {} }, expectedTotal: 4 };
  const answer = await asOwner.post(`${base}/user-jobs`, job);
  expect(answer.json()).toMatchObject({
    status: 409,
    code: "user-jobs/set-changed",
    params: { expected: 4, total: 5 },
  });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("a job without users is done at once", async () => {
  const job = await steps.run({ action: "suspend", users: { matching: { query: "nobody" } } });
  expect(job).toMatchObject({ status: "done", total: 0, done: 0 });
});

test("suspending ends sessions, and undoing restores only the changed users", async () => {
  const asAyse = t.as(findPerson("Ayşe"));
  expect((await asAyse.get(`${base}/users`)).statusCode).toBe(200);
  const users = toIds([findPerson("Ayşe"), findPerson("Deniz")]);
  const suspended = await steps.run({ action: "suspend", users });
  expect(suspended).toMatchObject({ succeeded: 2, changed: 1, failed: 0 });
  expect((await asAyse.get(`${base}/users`)).statusCode).toBe(401);

  const undone = await steps.run({ action: "restore", users: { changedBy: suspended.id } });
  expect(await steps.outcomes(undone.id)).toEqual(["Ayşe: changed"]);
  expect(await steps.users()).toContain("Deniz: suspended Developer");
});

test("undoing a removal gives the role until the end that it had, and not after that", async () => {
  const hour = 3_600_000;
  const start = t.clock.now();
  const end = new Date(start.getTime() + hour);
  const { developer } = lodos.roles;
  const guest = await t.user(lodos, { name: "Guest", roles: ["developer"], rolesUntil: end });
  const readEnd = async () => {
    const response = await t.as(lodos.owner).get(`${base}/users/${guest.userId}`);
    return response.json<UserView>().roles.map(({ expiresAt }) => expiresAt ?? null);
  };
  const users = toIds([guest, findPerson("Deniz")]);
  const removed = await steps.run({ action: "remove-role", roleId: developer, users });
  expect(removed).toMatchObject({ changed: 2 });
  expect(await readEnd()).toEqual([]);

  const undo = { action: "add-role", roleId: developer } as const;
  const undone = await steps.run({ ...undo, users: { changedBy: removed.id } });
  expect(undone).toMatchObject({ changed: 2 });
  expect(await readEnd()).toEqual([end.toISOString()]);
  expect(await steps.users()).toContain("Deniz: suspended Developer");

  const again = await steps.run({
    action: "remove-role",
    roleId: developer,
    users: { changedBy: undone.id },
  });
  t.clock.set(new Date(end.getTime() + hour).toISOString());
  const late = await steps.run({ ...undo, users: { changedBy: again.id } });
  expect(await steps.outcomes(late.id)).toEqual(["Deniz: changed", "Guest: unchanged"]);
  expect(await readEnd()).toEqual([]);
  t.clock.set(start.toISOString());
});

test("a role is added until an instant, the job says so, and Undo removes only what it added", async () => {
  const { marketer } = lodos.roles;
  const asOwner = t.as(lodos.owner);
  const expiresAt = new Date(t.clock.now().getTime() + 30 * 86_400_000).toISOString();
  const endless = await t.user(lodos, { name: "Endless", roles: ["marketer"] });
  const chosen = [findPerson("Ceren"), endless];
  const readEnds = async () =>
    Promise.all(
      chosen.map(async ({ userId }) => {
        const { roles } = (await asOwner.get(`${base}/users/${userId}`)).json<UserView>();
        return roles.filter(({ id }) => id === marketer).map((role) => role.expiresAt ?? null);
      }),
    );
  const request = { action: "add-role", roleId: marketer, expiresAt, users: toIds(chosen) } as const;
  const previewed = await asOwner.post(`${base}/user-jobs/preview`, request);
  expect(previewed.json()).toMatchObject({ total: 2, changed: 1, unchanged: 1 });
  const job = await steps.run(request);
  expect(job).toMatchObject({ changed: 1, role: { id: marketer, name: "Marketer", expiresAt } });
  expect(await readEnds()).toEqual([[expiresAt], [null]]);
  const [started] = await events("user-jobs.started");
  expect(started?.changes).toContainEqual({
    field: "roleEnds",
    before: null,
    after: [{ role: "Marketer", expiresAt }],
  });
  const undone = await steps.run({ action: "remove-role", roleId: marketer, users: { changedBy: job.id } });
  expect(undone.role).toEqual({ id: marketer, name: "Marketer" });
  expect(await readEnds()).toEqual([[], [null]]);
  const redone = await steps.run({ action: "add-role", roleId: marketer, users: { changedBy: undone.id } });
  expect(redone).toMatchObject({ changed: 1 });
  expect(await readEnds()).toEqual([[expiresAt], [null]]);
});

test.each([
  ["a past end", "marketer", -1, "roles/end-past"],
  ["an end of the owner role", "owner", 1, "roles/owner-has-no-end"],
] as const)("rejects %s, in the preview, too", async (_, role, days, code) => {
  const asOwner = t.as(lodos.owner);
  await asOwner.get(`${base}/users`);
  const expiresAt = new Date(t.clock.now().getTime() + days * 86_400_000).toISOString();
  const request = { action: "add-role", roleId: lodos.roles[role], expiresAt, users: { matching: {} } };
  const state = await readDatabaseState(t);
  for (const path of ["user-jobs", "user-jobs/preview"]) {
    const response = await asOwner.post(`${base}/${path}`, request);
    expect(response.json(), path).toMatchObject({
      status: 422,
      code: "request/invalid",
      errors: [{ path: "expiresAt", code }],
    });
  }
  const removal = await asOwner.post(`${base}/user-jobs`, { ...request, action: "remove-role" });
  expect(removal.statusCode).toBe(422);
  expect(await readDatabaseState(t)).toEqual(state);
});

test("a manager with a role for a time can't give it to many for longer", async () => {
  const ending = new Date(t.clock.now().getTime() + 10 * 86_400_000);
  const manager = await t.user(lodos, { name: "Mert", roles: ["app-admin"], rolesUntil: ending });
  const asManager = t.as(manager);
  const users = toIds([findPerson("Ceren")]);
  const add = (expiresAt?: string) =>
    asManager.post(`${base}/user-jobs/preview`, {
      action: "add-role",
      roleId: lodos.roles.viewer,
      users,
      ...(expiresAt === undefined ? {} : { expiresAt }),
    });
  expect((await add()).json()).toMatchObject({ status: 403 });
  expect((await add(new Date(ending.getTime() + 1).toISOString())).json()).toMatchObject({ status: 403 });
  expect((await add(ending.toISOString())).statusCode).toBe(200);
});

test("a refused user has the same reason as in a single edit, and the job continues", async () => {
  const manager = await t.user(lodos, { name: "Mert", roles: ["app-admin"] });
  const users = { ids: [...toIds(people).ids, manager.userId, lodos.owner.userId] };
  const job = await steps.run({ action: "suspend", users }, t.as(manager));
  expect(job).toMatchObject({ status: "done", total: 6, done: 6, succeeded: 4, changed: 3, failed: 2 });
  const refused = await steps.results(job.id, "?outcome=refused");
  expect(refused.map(({ name, code, detail }) => [name, code, detail])).toEqual([
    ["Mert", "forbidden/own-roles", "You can't suspend or restore yourself. Ask another manager to do it."],
    [
      lodos.owner.name,
      "forbidden/grant-ceiling",
      `${lodos.owner.name} goes beyond what you hold yourself: organization:edit. Ask someone who holds that.`,
    ],
  ]);
});

test("keeps the last owner, and changes every other user once", async () => {
  const [all] = await t.sql(
    `SELECT array_agg(DISTINCT permission) AS permissions FROM role_permissions WHERE role_id = $1`,
    [lodos.roles["app-admin"]],
  );
  const permissions = [...((all?.["permissions"] ?? []) as string[]), "organization:edit"];
  const everything = await t.role(lodos, { name: "Everything", permissions });
  const manager = await t.user(lodos, { name: "Mert", roles: [everything] });
  await t.user(lodos, { name: "Zeki", roles: [] });
  const job = await steps.run({ action: "suspend", users: { matching: {} } }, t.as(manager));
  expect(await steps.outcomes(job.id)).toEqual([
    "Ayşe: changed",
    "Bora: changed",
    "Ceren: changed",
    "Deniz: unchanged",
    "Mert: refused forbidden/own-roles",
    `${lodos.owner.name}: refused users/last-owner`,
    "Zeki: changed",
  ]);
  const suspended = await events("users.suspended");
  expect(suspended.map(({ target }) => target.name).sort()).toEqual(["Ayşe", "Bora", "Ceren", "Zeki"]);
});
