import { serialiseCatalogue } from "@gatehouse/access/catalogue";
import { exampleCatalogue } from "@gatehouse/access/example";
import type { AuditEvent, CatalogueChange, CatalogueGroup, RoleView } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type ApiClient, type ApiResponse, getIfMatch, matchEtag } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { rounds } from "../../../test/rounds.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";

let t: TestApp;
let organization: TestOrganization;
let asOwner: ApiClient;
let here: string;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  organization = await t.organization();
  asOwner = t.as(organization.owner);
  here = `/organizations/${organization.organizationId}`;
  await asOwner.get(`${here}/permissions`);
});

type Group = CatalogueGroup;
const declared = (): Group[] => JSON.parse(serialiseCatalogue(exampleCatalogue)) as Group[];

/** The example without one action and the actions that imply it. */
function without(permission: string): Group[] {
  return declared().map((group) => ({
    ...group,
    actions: group.actions
      .filter((action) => action.permission !== permission)
      .map((action) => ({ ...action, implies: action.implies.filter((name) => name !== permission) })),
  }));
}

const added = (): Group[] => [
  ...declared(),
  {
    key: "loyalty",
    label: "Loyalty",
    actions: [{ permission: "loyalty:view", label: "View", sensitive: false, implies: [] }],
  },
];

/** As definePermissions takes it. */
function byName(groups: readonly Group[]): Record<string, object> {
  return Object.fromEntries(
    groups.map(({ key, actions, ...group }) => [
      key,
      {
        ...group,
        actions: Object.fromEntries(
          actions.map(({ permission, ...action }) => [permission.slice(key.length + 1), action]),
        ),
      },
    ]),
  );
}

async function put(body: object, version = 1, query = ""): Promise<ApiResponse> {
  return push(asOwner, body, version, query);
}

async function putNow(body: object): Promise<ApiResponse> {
  const path = `${here}/permissions`;
  return asOwner.put(path, body, await getIfMatch(asOwner, path));
}

async function push(client: ApiClient, body: object, version = 1, query = ""): Promise<ApiResponse> {
  return client.put(`${here}/permissions${query}`, body, { "if-match": `"${version}"` });
}

async function catalogue(): Promise<{ names: string[]; etag: unknown }> {
  const response = await asOwner.get(`${here}/permissions`);
  const { groups } = response.json<{ groups: Group[] }>();
  return {
    names: groups.flatMap(({ actions }) => actions.map(({ permission }) => permission)),
    etag: response.headers.etag,
  };
}

async function role(id: string): Promise<RoleView> {
  return (await asOwner.get(`${here}/roles/${id}`)).json();
}

test("adds a group immediately, grants nothing, and records it", async () => {
  const response = await put(added());
  expect(response.statusCode, response.body).toBe(200);
  expect(response.headers.etag).toEqual(matchEtag(2));
  expect(response.json<CatalogueChange>()).toMatchObject({
    appeared: ["loyalty:view"],
    disappeared: [],
    changed: [],
    inUse: [],
    roles: { count: 0 },
    users: { count: 0 },
  });
  const { names, etag } = await catalogue();
  expect(names).toContain("loyalty:view");
  expect(etag).toBe(response.headers.etag);
  const [event] = (await asOwner.get(`${here}/audit-events`)).json<{ items: AuditEvent[] }>().items;
  expect(event).toMatchObject({
    action: "permissions.changed",
    target: { type: "organization", id: organization.organizationId },
    changes: [{ field: "appeared", before: null, after: ["loyalty:view"] }],
  });
});

test.for<[string, (groups: Group[]) => object]>([
  ["drop", (groups) => ({ groups, drop: ["segments:delete"] })],
  ["dropAll", (groups) => ({ groups, dropAll: true })],
  ["drop, and the groups by name", (groups) => ({ groups: byName(groups), drop: ["segments:delete"] })],
])("removes a permission in use with %s in the body, and not without", async ([, toBody]) => {
  const groups = without("segments:delete");
  for (const body of [groups, { groups }, { groups, dropAll: false }, { groups, drop: ["tags:view"] }])
    expect((await put(body)).json()).toMatchObject({ code: "permissions/in-use" });
  const response = await put(toBody(groups));
  expect(response.statusCode, response.body).toBe(200);
  expect((await catalogue()).names).not.toContain("segments:delete");
});

test('a group may be named "groups"', async () => {
  const groups = { label: { en: "Groups" }, actions: { view: {} } };
  const response = await put({ ...byName(declared()), groups });
  expect(response.statusCode, response.body).toBe(200);
  expect((await catalogue()).names).toContain("groups:view");
});

test("removes a permission in use only if it is listed in drop, and never restores it", async () => {
  await t.user(organization, { roles: ["marketer"] });
  const { marketer } = organization.roles;
  const before = await role(marketer);
  expect(before.permissions).toContain("segments:delete");
  const changed = without("segments:delete");
  const untouched = await readDatabaseState(t);
  const refused = await put(changed);
  expect(refused.statusCode).toBe(409);
  expect(refused.json()).toMatchObject({
    code: "permissions/in-use",
    params: { permissions: ["segments:delete"] },
  });
  expect((await put(changed, 1, "?drop=segments:edit")).statusCode).toBe(409);
  const preview = (await put(changed, 9, "?preview=true")).json<CatalogueChange>();
  expect(await readDatabaseState(t)).toEqual(untouched);

  const response = await put(changed, 1, "?drop=segments:delete");
  expect(response.statusCode, response.body).toBe(200);
  expect(response.json()).toEqual(preview);
  expect(preview).toMatchObject({
    disappeared: ["segments:delete"],
    inUse: ["segments:delete"],
    users: { count: 1, gained: [], lost: ["segments:delete"] },
  });
  expect(preview.roles.names).toContain("Marketer");
  expect(preview.users.names).toHaveLength(1);
  expect(
    (await asOwner.patch(`${here}/roles/${marketer}`, { name: "X" }, { "if-match": '"1"' })).statusCode,
  ).toBe(412);
  expect((await putNow(declared())).statusCode).toBe(200);
  expect((await role(marketer)).permissions).not.toContain("segments:delete");
});

test("changes nothing if the request is rejected", async () => {
  const untouched = await readDatabaseState(t);
  const missing = await asOwner.put(`${here}/permissions`, added());
  expect([missing.statusCode, missing.json<{ code: string }>().code]).toEqual([428, "precondition/required"]);
  const cases: readonly [object, number, number, string][] = [
    [added(), 2, 412, "precondition/failed"],
    [{ users: { label: "Mine", actions: { view: {} } } }, 1, 422, "permissions/invalid"],
    [
      { mine: { label: "Mine", actions: { go: { implies: ["users:remove"] } } } },
      1,
      422,
      "permissions/invalid",
    ],
    [{ mine: { label: "Mine", actions: { go: { implies: ["gone"] } } } }, 1, 422, "permissions/invalid"],
  ];
  for (const [body, version, status, code] of cases) {
    const response = await put(body, version);
    expect([response.statusCode, response.json<{ code: string }>().code], response.body).toEqual([
      status,
      code,
    ]);
  }
  expect(await readDatabaseState(t)).toEqual(untouched);
  expect((await put(declared())).headers.etag).toBe('"1"');
  expect(await readDatabaseState(t)).toEqual(untouched);
});

test("rejects a group or an action named __proto__", async () => {
  const untouched = await readDatabaseState(t);
  const group = '{"label": "Fine", "actions": {"view": {}}}';
  const bodies = [
    [`{"fine": ${group}, "__proto__": ${group}}`, "request/invalid"],
    ['{"fine": {"label": "Fine", "actions": {"view": {}, "__proto__": {}}}}', "request/invalid"],
    [`{"fine": {"label": "Fine", "__proto__": {}, "actions": {"view": {}}}}`, "request/invalid"],
    [
      '[{"key": "__proto__", "label": "Fine", "actions": [{"permission": "__proto__:view"}]}]',
      "permissions/invalid",
    ],
    [
      '[{"key": "fine", "label": "Fine", "actions": [{"permission": "fine:__proto__"}]}]',
      "permissions/invalid",
    ],
  ] as const;
  for (const [body, code] of bodies)
    for (const query of ["", "?preview=true"]) {
      const response = await put(JSON.parse(body), 1, query);
      expect([body, response.statusCode, response.json<{ code: string }>().code]).toEqual([body, 422, code]);
    }
  expect(await readDatabaseState(t)).toEqual(untouched);
});

test("accepts the names constructor and prototype", async () => {
  const actions = { constructor: {}, prototype: { implies: ["constructor"] } };
  const drop = `?drop=${(await catalogue()).names.join(",")}`;
  const group = (label: string) => ({ label, actions });
  const response = await put({ constructor: group("A"), prototype: group("B") }, 1, drop);
  expect(response.statusCode, response.body).toBe(200);
  expect((await catalogue()).names.slice(0, 4)).toEqual([
    "constructor:constructor",
    "constructor:prototype",
    "prototype:constructor",
    "prototype:prototype",
  ]);
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test("rejects changes of roles beyond the actor's permissions", async () => {
  const roleId = await t.role(organization, { name: "Deployer", permissions: ["organization:edit"] });
  const deployer = await t.user(organization, { roles: [roleId] });
  const asDeployer = t.as(deployer);
  await asDeployer.get(`${here}/permissions`);
  const wider = declared().map((group) => ({
    ...group,
    actions: group.actions.map((action) =>
      action.permission === "tags:view" ? { ...action, implies: ["campaigns:approve"] } : action,
    ),
  }));
  const untouched = await readDatabaseState(t);
  for (const response of [
    await push(asDeployer, wider),
    await push(asDeployer, without("segments:delete"), 1, "?drop=segments:delete"),
  ])
    expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([
      403,
      "forbidden/grant-ceiling",
    ]);
  expect(await readDatabaseState(t)).toEqual(untouched);
  expect((await push(asDeployer, added())).statusCode).toBe(200);
});

test("returns counts without names if the actor may not view users, roles, invitations and keys", async () => {
  await t.user(organization, { roles: ["marketer"] });
  const permissions = ["organization:edit", "segments:delete"];
  const roleId = await t.role(organization, { name: "Deployer", permissions });
  const asDeployer = t.as(await t.user(organization, { roles: [roleId] }));
  const response = await push(asDeployer, without("segments:delete"), 1, "?preview=true");
  const { roles, users, invitations, apiKeys } = response.json<CatalogueChange>();
  expect(users.count).toBe(2);
  expect(roles.count).toBeGreaterThan(1);
  expect([roles, users, invitations, apiKeys].flatMap(({ names }) => names)).toEqual([]);
  const seen = (await put(without("segments:delete"), 1, "?preview=true")).json<CatalogueChange>();
  expect(seen.users.names).toHaveLength(2);
});

test("accepts one of two concurrent changes, and leaves no removed permission in a role", async () => {
  const pushed = await runConcurrently(4, () => put(added()));
  const statuses = pushed.map((one) => (one.status === "fulfilled" ? one.value.statusCode : one.reason));
  expect(statuses.toSorted()).toEqual([200, 412, 412, 412]);
  for (let round = 0; round < rounds(10); round += 1) {
    const now = await getIfMatch(asOwner, `${here}/permissions`);
    const [push, create] = await runConcurrently(2, (index) =>
      index === 0
        ? asOwner.put(`${here}/permissions?drop=tags:delete`, without("tags:delete"), now)
        : asOwner.post(`${here}/roles`, { name: `Racer ${round}`, permissions: ["tags:delete"] }),
    );
    if (push?.status !== "fulfilled" || create?.status !== "fulfilled") throw new Error("A request failed.");
    expect(push.value.statusCode, push.value.body).toBe(200);
    expect([201, 409, 422], create.value.body).toContain(create.value.statusCode);
    expect((await putNow(added())).statusCode).toBe(200);
    const { items } = (await asOwner.get(`${here}/roles?limit=100`)).json<{ items: RoleView[] }>();
    const holding = items.filter(({ system, permissions }) => !system && permissions.includes("tags:delete"));
    expect(holding.map(({ name }) => name)).toEqual([]);
  }
});
