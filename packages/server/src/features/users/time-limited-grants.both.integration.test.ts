import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";

let t: TestApp;
let lodos: TestOrganization;
let base: string;

beforeAll(async () => {
  t = await createTestApp();
  lodos = await t.organization("Lodos Retail");
  base = `/organizations/${lodos.organizationId}`;
});
afterAll(() => t.close());

const dayMs = 24 * 3_600_000;
const inDays = (days: number) => new Date(t.clock.now().getTime() + days * dayMs).toISOString();

async function getVersion(user: TestUser): Promise<Readonly<Record<string, string>>> {
  const { headers } = await t.as(lodos.owner).get(`${base}/users/${user.userId}`);
  return { "if-match": String(headers["etag"]) };
}

async function edit(user: TestUser, body: object, by = lodos.owner) {
  return t.as(by).patch(`${base}/users/${user.userId}`, body, await getVersion(user));
}

async function getRoles(user: TestUser): Promise<readonly (readonly [string, string | undefined])[]> {
  const response = await t.as(lodos.owner).get(`${base}/users/${user.userId}`);
  const { roles } = response.json<{ roles: { id: string; expiresAt?: string }[] }>();
  return roles.map(({ id, expiresAt }) => [id, expiresAt]);
}

test("grants a role until an instant, and shows the end wherever the role is shown", async () => {
  const { marketer } = lodos.roles;
  const user = await t.user(lodos);
  const end = inDays(30);

  const response = await edit(user, { roles: [{ id: marketer, expiresAt: end }] });

  expect(response.statusCode).toBe(200);
  expect(response.json()).toMatchObject({ roles: [{ id: marketer, expiresAt: end }] });
  const list = await t.as(lodos.owner).get(`${base}/users?query=${encodeURIComponent(user.email)}`);
  expect(list.json()).toMatchObject({ items: [{ roles: [{ id: marketer, expiresAt: end }] }] });
  const permissions = await t.as(lodos.owner).get(`${base}/users/${user.userId}/permissions`);
  expect(permissions.json<{ items: { because: object[] }[] }>().items[0]?.because[0]).toMatchObject({
    roleId: marketer,
    expiresAt: end,
  });
});

test("moves the end of a role, removes it with null, and records both", async () => {
  const { marketer } = lodos.roles;
  const user = await t.user(lodos, { roles: ["marketer"], rolesUntil: new Date(inDays(3)) });
  const before = inDays(3);

  expect((await edit(user, { roles: [{ id: marketer, expiresAt: inDays(33) }] })).statusCode).toBe(200);
  expect(await getRoles(user)).toEqual([[marketer, inDays(33)]]);
  expect((await edit(user, { roles: [{ id: marketer, expiresAt: null }] })).statusCode).toBe(200);
  expect(await getRoles(user)).toEqual([[marketer, undefined]]);

  const events = await t.as(lodos.owner).get(`${base}/audit-events?target=${user.userId}`);
  expect(events.json<{ items: { changes: unknown }[] }>().items.map(({ changes }) => changes)).toEqual([
    [{ field: "roleEnds", before: [{ role: "Marketer", expiresAt: inDays(33) }], after: [] }],
    [
      {
        field: "roleEnds",
        before: [{ role: "Marketer", expiresAt: before }],
        after: [{ role: "Marketer", expiresAt: inDays(33) }],
      },
    ],
  ]);
});

test("the same end again changes nothing, and keeps the version", async () => {
  const { marketer } = lodos.roles;
  const user = await t.user(lodos, { roles: ["marketer"], rolesUntil: new Date(inDays(3)) });

  const response = await edit(user, { roles: [{ id: marketer, expiresAt: inDays(3) }] });

  expect(response.headers["etag"]).toBe('"1"');
});

test("roleIds keeps the ends of roles that stay", async () => {
  const { marketer, viewer } = lodos.roles;
  const user = await t.user(lodos, { roles: ["marketer"], rolesUntil: new Date(inDays(3)) });

  expect((await edit(user, { roleIds: [marketer, viewer] })).statusCode).toBe(200);

  expect(await getRoles(user)).toEqual([
    [marketer, inDays(3)],
    [viewer, undefined],
  ]);
});

test.for<[string, (roles: TestOrganization["roles"]) => object, string, string | undefined]>([
  ["both lists", ({ viewer }) => ({ roleIds: [], roles: [{ id: viewer }] }), "roles", undefined],
  [
    "an end that is now",
    ({ viewer }) => ({ roles: [{ id: viewer, expiresAt: inDays(0) }] }),
    "roles.0.expiresAt",
    "roles/end-past",
  ],
  [
    "an end in the past",
    ({ viewer, marketer }) => ({ roles: [{ id: marketer }, { id: viewer, expiresAt: inDays(-1) }] }),
    "roles.1.expiresAt",
    "roles/end-past",
  ],
  [
    "an end of the owner role",
    ({ owner }) => ({ roles: [{ id: owner, expiresAt: inDays(1) }] }),
    "roles.0.expiresAt",
    "roles/owner-has-no-end",
  ],
  ["a role twice", ({ viewer }) => ({ roles: [{ id: viewer }, { id: viewer }] }), "roles", undefined],
  [
    "a date",
    ({ viewer }) => ({ roles: [{ id: viewer, expiresAt: "2027-01-01" }] }),
    "roles.0.expiresAt",
    undefined,
  ],
  ["an unknown key", ({ viewer }) => ({ roles: [{ id: viewer, forDays: 3 }] }), "roles.0", undefined],
])("rejects %s with 422 and changes nothing", async ([, body, path, code]) => {
  const user = await t.user(lodos, { roles: ["call-center"] });

  const response = await edit(user, body(lodos.roles));

  expect(response.statusCode).toBe(422);
  const { errors } = response.json<{ errors: { path: string; code: string }[] }>();
  expect(errors[0]?.path.startsWith(path)).toBe(true);
  if (code !== undefined) expect(errors[0]?.code).toBe(code);
  expect(await getRoles(user)).toEqual([[lodos.roles["call-center"], undefined]]);
});

test("accepts any later end, up to the year 9999", async () => {
  const { viewer } = lodos.roles;
  const user = await t.user(lodos);

  const response = await edit(user, { roles: [{ id: viewer, expiresAt: "9999-12-31T23:59:59.999+00:00" }] });

  expect(response.statusCode).toBe(200);
  expect(await getRoles(user)).toEqual([[viewer, "9999-12-31T23:59:59.999Z"]]);
});

test("the database rejects an end of the owner role", async () => {
  await expect(
    t.sql("UPDATE user_roles SET expires_at = now() WHERE role_id = $1", [lodos.roles.owner]),
  ).rejects.toThrow("the owner role has no end");
});

test("the preview shows what is gained and lost at once, and separately which permissions get another end", async () => {
  const { viewer, "call-center": callCenter } = lodos.roles;
  const user = await t.user(lodos, { roles: ["call-center"], rolesUntil: new Date(inDays(3)) });
  const preview = async (body: object) =>
    (await t.as(lodos.owner).patch(`${base}/users/${user.userId}?preview=true`, body)).json<{
      gained: string[];
      lost: string[];
      ends?: { permission: string; before: string | null; after: string | null }[];
    }>();

  const extended = await preview({ roles: [{ id: callCenter, expiresAt: inDays(10) }] });
  expect(extended).toMatchObject({ gained: [], lost: [] });
  expect(extended.ends).toContainEqual({
    permission: "people:view",
    before: inDays(3),
    after: inDays(10),
  });

  const endless = await preview({
    roles: [
      { id: callCenter, expiresAt: inDays(3) },
      { id: viewer, expiresAt: null },
    ],
  });
  // Viewer gives people:view without end, so the end of Call Center no longer matters for it.
  expect(endless.ends).toContainEqual({ permission: "people:view", before: inDays(3), after: null });
  expect(endless.gained).toContain("campaigns:view");

  expect(await preview({ roleIds: [callCenter, viewer] })).toMatchObject({ lost: [] });
  expect(await preview({ roleIds: [callCenter] })).toEqual({ gained: [], lost: [] });
});

test("a grant ends exactly at its end: for requests, lists, checks and API keys of the user", async () => {
  const end = new Date(inDays(1));
  const viewersAndMarketers = await t.role(lodos, {
    name: "Looks and edits",
    permissions: ["users:view", "campaigns:edit"],
  });
  const user = await t.user(lodos, { roles: [viewersAndMarketers], rolesUntil: end });
  const { key } = await t.apiKey(lodos, { createdBy: user });
  const program = await t.apiKey(lodos);
  const check = async () => {
    const response = await t.app.inject({
      method: "POST",
      url: "/access/v1/evaluation",
      headers: { authorization: `Bearer ${program.key}` },
      payload: {
        subject: { type: "user", id: user.userId },
        action: { name: "campaigns:edit" },
        resource: { type: "organization", id: lodos.organizationId },
      },
    });
    return response.json<{ decision: boolean }>().decision;
  };
  const person = t.as(user);
  const statuses = async () => [
    await check(),
    (await person.get(`${base}/users`)).statusCode,
    (await t.withKey(key).get(`${base}/users`)).statusCode,
    (await getRoles(user)).length,
  ];
  const mePermissions = async () =>
    (await person.get("/me")).json<{ organizations: { permissions: string[] }[] }>().organizations[0]
      ?.permissions.length;
  const now = t.clock.now();

  t.clock.set(new Date(end.getTime() - 1).toISOString());
  expect(await statuses()).toEqual([true, 200, 200, 1]);
  expect(await mePermissions()).toBeGreaterThan(0);
  t.clock.set(end.toISOString());
  expect(await statuses()).toEqual([false, 403, 403, 0]);
  expect(await mePermissions()).toBe(0);
  t.clock.set(now.toISOString());
});

test("me says when permissions end that the user has only for a time", async () => {
  const user = await t.user(lodos, { roles: ["call-center"], rolesUntil: new Date(inDays(2)) });
  const response = await t.as(user).get("/me");
  const [organization] = response.json<{
    organizations: { permissions: string[]; permissionEnds?: object }[];
  }>().organizations;

  expect(organization?.permissionEnds).toMatchObject({ "people:view": inDays(2) });
  const owner = await t.as(lodos.owner).get("/me");
  expect(owner.json<{ organizations: object[] }>().organizations[0]).not.toHaveProperty("permissionEnds");
});
