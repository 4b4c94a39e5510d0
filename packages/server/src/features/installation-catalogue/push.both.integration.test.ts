/** The operator pushes one catalogue and templates of roles to all organizations. */
import type { AuditEvent } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { matchEtag } from "../../../test/api-client.ts";
import { cataloguePath, createPushSteps, toGroups, toTemplate } from "../../../test/catalogue-pushes.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { operatorToken } from "../../../test/operator-steps.ts";

let t: TestApp;
let steps: ReturnType<typeof createPushSteps>;
let lodos: TestOrganization;
let poyraz: TestOrganization;
beforeAll(async () => {
  t = await createTestApp({ config: { operatorToken } });
  steps = createPushSteps(t);
  lodos = await t.organization("Lodos");
  poyraz = await t.organization("Poyraz");
});
afterAll(() => t.close());

const agent = toTemplate("agent", ["orders:view", "users:view"]);
const lead = toTemplate("lead", ["orders:view", "orders:refund"]);
const countRows = async (table: string) =>
  (await t.sql(`SELECT count(*)::integer AS n FROM ${table}`))[0]?.["n"];

test("answers 404 before the first push, and refuses what can't be pushed without storing anything", async () => {
  const none = await steps.operator.get(cataloguePath);
  expect([none.statusCode, none.json().code, none.headers.etag]).toEqual([
    404,
    "operator/no-catalogue",
    undefined,
  ]);
  for (const caller of [t.anonymous, t.as(lodos.owner), t.withKey((await t.apiKey(lodos)).key)])
    expect((await caller.get(cataloguePath)).statusCode).toBe(401);
  const before = await readDatabaseState(t);
  const groups = toGroups("view");
  const rejected = [
    [
      { groups, roles: [agent, toTemplate("lead", ["orders:view", "orders:reund"])] },
      422,
      "permissions/unknown",
      "roles.1.permissions.1",
    ],
    [{ groups, roles: [agent, { ...agent, name: "Other" }] }, 422, "request/invalid", "roles.1.key"],
    [
      { groups, roles: [agent, toTemplate("other", [], { name: "ÁGENT" })] },
      409,
      "roles/name-taken",
      "roles.1.name",
    ],
    [
      { groups, roles: [toTemplate("other", [], { translations: { tr: { name: "Sahip" } } })] },
      409,
      "roles/name-taken",
      "roles.0.name",
    ],
    [{ groups, roles: [toTemplate("owner", [])] }, 422, "request/invalid", "roles.0.key"],
    [{ groups, roles: [{ ...agent, colour: "red" }] }, 422, "request/invalid", "roles.0"],
    [
      { groups: { orders: { label: "Orders", actions: { view: { implies: ["edit"] } } } } },
      422,
      "permissions/invalid",
      "groups.orders.actions.view.implies.0",
    ],
    [
      { groups: { users: { label: "Users", actions: { view: {} } } } },
      422,
      "permissions/invalid",
      "groups.users",
    ],
  ] as const;
  for (const [body, status, code, path] of rejected) {
    const response = await steps.put(body);
    const { code: found, errors } = response.json();
    expect([response.statusCode, found, errors?.[0]?.path], response.body).toEqual([status, code, path]);
  }
  const unconditional = await steps.operator.put(cataloguePath, { groups });
  expect(unconditional.json()).toMatchObject({ status: 428, code: "precondition/required" });
  const wrong = await steps.operator.put(cataloguePath, { groups }, { "if-match": '"1"' });
  expect(wrong.json()).toMatchObject({ status: 412, code: "precondition/failed" });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("pushes to every organization in the background, creates roles, and changes nothing the second time", async () => {
  await t.apiKey(lodos, { permissions: ["campaigns:view"] });
  const body = { groups: toGroups("view", "refund"), roles: [agent, lead], dropAll: true };
  const response = await steps.put(body);
  expect([response.statusCode, response.headers.etag]).toEqual([202, matchEtag(1)]);
  const roles = [
    { ...agent, description: "", translations: {} },
    { ...lead, description: "", translations: {} },
  ];
  const progress = { organizations: 2, applied: 0, changed: 0, failed: 0, failures: [] };
  expect(response.json()).toEqual({
    ...{ version: 1, status: "running", roles, progress, pushedAt: t.clock.now().toISOString() },
    groups: [expect.objectContaining({ key: "orders" })],
  });
  expect(await steps.get()).toEqual(response.json());
  await t.drainOutbox();
  expect(await steps.get()).toMatchObject({
    status: "done",
    progress: { ...progress, applied: 2, changed: 2 },
  });
  for (const organization of [lodos, poyraz]) {
    expect(await steps.listPermissions(organization)).toEqual(["orders:view", "orders:refund"]);
    const found = await steps.listRoles(organization);
    expect(found.get("Agent")).toMatchObject({
      template: "agent",
      permissions: ["orders:view", "users:view"],
    });
    expect(found.get("Lead")).toMatchObject({
      template: "lead",
      permissions: ["orders:view", "orders:refund"],
    });
    expect(found.get("Marketer")).toMatchObject({ template: null });
  }
  const events = (await t.as(lodos.owner).get(`/organizations/${lodos.organizationId}/audit-events`)).json<{
    items: AuditEvent[];
  }>().items;
  const pushed = events.filter(({ actor }) => actor.name === "Operator");
  expect(pushed.map(({ action, target }) => [action, target.name]).toSorted()).toEqual([
    ["permissions.changed", "Lodos"],
    ["roles.created", "Agent"],
    ["roles.created", "Lead"],
  ]);
  expect(pushed.map(({ ip }) => ip)).toEqual(["127.0.0.1", "127.0.0.1", "127.0.0.1"]);

  const {
    installation_catalogue: _,
    catalogue_pushes: __,
    "pgboss.job": ___,
    ...before
  } = await readDatabaseState(t);
  expect(await steps.push(body)).toMatchObject({
    version: 2,
    progress: { applied: 2, changed: 0, failed: 0 },
  });
  const after = await readDatabaseState(t);
  expect(after).toMatchObject(before);
});

test("updates roles that follow their template, and keeps those that the organization edited or deleted", async () => {
  const roles = await steps.listRoles(lodos);
  expect(await steps.editRole(lodos, roles.get("Agent"), { description: "Ours" })).toMatchObject({
    template: null,
  });
  await steps.deleteRole(lodos, roles.get("Lead"));
  const other = toTemplate("agent", ["orders:view"], {
    description: "Sees orders",
    translations: { tr: { name: "Temsilci" } },
  });
  const larger = toTemplate("lead", ["orders:view", "orders:refund", "users:view"]);
  const body = { groups: toGroups("view", "refund"), roles: [other, larger], dropAll: true };
  expect(await steps.push(body)).toMatchObject({ progress: { applied: 2, changed: 1 } });
  const kept = await steps.listRoles(lodos);
  expect(kept.get("Agent")).toMatchObject({
    description: "Ours",
    permissions: ["orders:view", "users:view"],
  });
  expect(kept.has("Lead")).toBe(false);
  const changed = await steps.listRoles(poyraz);
  expect(changed.get("Agent")).toMatchObject({
    ...{
      description: "Sees orders",
      permissions: ["orders:view"],
      translations: { tr: { name: "Temsilci" } },
    },
    template: "agent",
  });
  expect(changed.get("Lead")?.permissions).toEqual(["orders:view", "orders:refund", "users:view"]);
  const events = (
    await t.as(lodos.owner).get(`/organizations/${lodos.organizationId}/audit-events?action=roles.edited`)
  ).json<{ items: AuditEvent[] }>().items;
  expect(events[0]?.changes).toContainEqual({ field: "template", before: "agent", after: null });
});

test("two roles exchange their names, and an own role keeps a name from a template", async () => {
  const groups = toGroups("view", "refund");
  const swapped = [
    toTemplate("agent", ["orders:view"], { name: "Lead" }),
    toTemplate("lead", [], { name: "Agent" }),
  ];
  expect(await steps.push({ groups, roles: swapped })).toMatchObject({ progress: { applied: 2, failed: 0 } });
  const roles = await steps.listRoles(poyraz);
  expect([roles.get("Lead")?.template, roles.get("Agent")?.template]).toEqual(["agent", "lead"]);

  const taken = [
    toTemplate("agent", ["orders:refund"], { name: "Marketer", description: "More" }),
    toTemplate("lead", [], { name: "Agent" }),
    toTemplate("viewers", ["orders:view"], { name: "viewer" }),
  ];
  const { progress } = await steps.push({ groups, roles: taken });
  expect(progress).toMatchObject({ organizations: 2, applied: 0, failed: 2 });
  expect(progress.failures).toEqual(
    [lodos, poyraz].map(({ organizationId, name }) => ({
      ...{ organizationId, name, code: "roles/name-taken" },
      detail: expect.stringContaining(name === "Lodos" ? ": viewer." : ": Marketer, viewer."),
    })),
  );
  const after = await steps.listRoles(poyraz);
  expect(after.get("Lead")).toMatchObject({
    template: "agent",
    description: "More",
    permissions: ["orders:refund"],
  });
  expect(after.get("Marketer")).toMatchObject({ template: null });
  expect(after.get("Viewer")).toMatchObject({ template: null });

  const marketer = await steps.listRoles(poyraz).then((found) => found.get("Marketer"));
  await steps.editRole(poyraz, marketer, { name: "Former marketer" });
  await steps.push({ groups, roles: taken });
  expect((await steps.listRoles(poyraz)).get("Marketer")).toMatchObject({ template: "agent" });
});

test("removes the roles of templates that are no longer declared, unless somebody has them", async () => {
  const groups = toGroups("view", "refund");
  const roles = ["one", "two", "three", "four"].map((key) => toTemplate(key, ["orders:view"]));
  await steps.push({ groups, roles });
  const found = await steps.listRoles(lodos);
  await t.user(lodos, { roles: [found.get("One")?.id ?? ""] });
  const invitation = { email: "two@example.test", roleIds: [found.get("Two")?.id] };
  const invited = await t
    .as(lodos.owner)
    .post(`/organizations/${lodos.organizationId}/invitations`, { invitations: [invitation] });
  expect(invited.json()).toMatchObject({ results: [{ status: "created" }] });
  await steps.editRole(lodos, found.get("Three"), { name: "Third" });
  await steps.push({ groups, roles: [] });
  const left = await steps.listRoles(lodos);
  expect(["One", "Two", "Three", "Third", "Four"].map((name) => left.get(name)?.template)).toEqual([
    null,
    null,
    undefined,
    null,
    undefined,
  ]);
  expect((await steps.listRoles(poyraz)).has("One")).toBe(false);
  expect(await countRows("role_templates")).toBe(0);
  expect([...(await steps.listRoles(poyraz)).values()].filter(({ system }) => system)).toHaveLength(1);
});

test("keeps the templates of a push without roles, and says which of them gives what it removes", async () => {
  await steps.push({ groups: toGroups("view", "refund"), roles: [toTemplate("five", ["orders:refund"])] });
  const { roles } = await steps.push({ groups: toGroups("view", "refund", "cancel") });
  expect(roles).toMatchObject([{ key: "five" }]);
  const before = await readDatabaseState(t);
  const response = await steps.put({ groups: toGroups("view") });
  expect(response.json()).toMatchObject({
    ...{ status: 422, code: "permissions/unknown", errors: [{ path: "roles.0.permissions.0" }] },
    detail: expect.stringMatching(
      /^A role of the push before gives what these groups don't have\. Push the roles, too\./,
    ),
  });
  expect(await readDatabaseState(t)).toEqual(before);
});
