import type { Holder, Reason, UserDetails } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";

let t: TestApp;
let organization: TestOrganization;
let asViewer: ApiClient;
let base: string;
let approver: TestUser;

beforeAll(async () => {
  t = await createTestApp();
  organization = await t.organization();
  base = `/organizations/${organization.organizationId}`;
  asViewer = t.as(await t.user(organization, { name: "Zed Viewer", roles: ["viewer"] }));
  approver = await t.user(organization, { name: "Ada Approver", roles: ["campaign-approver", "marketer"] });
  await t.user(organization, { name: "Bea Approver", roles: ["campaign-approver"], status: "suspended" });
  await t.user(organization, { name: "Cas Nobody" });
});
afterAll(() => t.close());

interface Held {
  readonly items: readonly { readonly permission: string; readonly because: readonly Reason[] }[];
}

test("lists a user's permissions with every role that grants them", async () => {
  const { items } = (await asViewer.get(`${base}/users/${approver.userId}/permissions`)).json<Held>();
  const grant = {
    grantedBy: { type: "system", id: null, name: "Test" },
    grantedAt: "2026-03-02T09:00:00.000Z",
  };
  const byName = new Map(items.map(({ permission, because }) => [permission, because]));
  expect(byName.get("campaigns:approve")).toEqual([
    { roleId: organization.roles["campaign-approver"], roleName: "Campaign Approver", ...grant },
  ]);
  expect(byName.get("campaigns:view")).toEqual(
    expect.arrayContaining([
      { roleId: organization.roles["campaign-approver"], roleName: "Campaign Approver", ...grant },
      {
        roleId: organization.roles["campaign-approver"],
        roleName: "Campaign Approver",
        ...grant,
        impliedBy: "campaigns:approve",
      },
      { roleId: organization.roles.marketer, roleName: "Marketer", ...grant, impliedBy: "campaigns:edit" },
    ]),
  );
  expect(byName.has("audit:view")).toBe(false);
});

test("lists the whole catalogue for an owner, granted by the owner role", async () => {
  const { items } = (
    await asViewer.get(`${base}/users/${organization.owner.userId}/permissions`)
  ).json<Held>();
  const { groups } = (await asViewer.get(`${base}/permissions`)).json<{ groups: { actions: unknown[] }[] }>();
  expect(items).toHaveLength(groups.flatMap(({ actions }) => actions).length);
  expect(new Set(items.flatMap(({ because }) => because.map(({ roleName }) => roleName)))).toEqual(
    new Set(["Owner"]),
  );
});

test("lists the panel's groups of the catalogue first and the built-in groups last", async () => {
  const { groups } = (await asViewer.get(`${base}/permissions`)).json<{
    groups: { key: string; actions: unknown[] }[];
  }>();
  expect(groups[0]).toMatchObject({ key: "campaigns", label: "Campaigns" });
  expect(groups.map(({ key }) => key)).toEqual(
    expect.arrayContaining(["segments", "users", "roles", "audit"]),
  );
  expect(groups[0]?.actions[0]).toEqual(
    expect.objectContaining({ permission: "campaigns:view", label: "View", sensitive: false, implies: [] }),
  );
});

test("lists the users with a permission in name order, with the roles that grant it", async () => {
  const response = (await asViewer.get(`${base}/permissions/campaigns:approve/users`)).json<{
    items: Holder[];
  }>();
  expect(
    response.items.map(({ user, because }) => [
      user.name,
      user.status,
      because.map(({ roleName }) => roleName),
    ]),
  ).toEqual([
    ["Ada Approver", "active", ["Campaign Approver"]],
    ["Bea Approver", "suspended", ["Campaign Approver"]],
    [organization.owner.name, "active", ["Owner"]],
  ]);
  expect(response).toMatchObject({ nextCursor: null, total: { count: 3, exact: true } });
});

test("reports which permission implies an implied permission", async () => {
  const response = (await asViewer.get(`${base}/permissions/campaigns:view/users?limit=1`)).json<{
    items: Holder[];
  }>();
  expect(response.items[0]?.because).toContainEqual({
    roleId: organization.roles["campaign-approver"],
    roleName: "Campaign Approver",
    impliedBy: "campaigns:approve",
  });
});

test("returns every user with a permission exactly once over all pages", async () => {
  const path = `${base}/permissions/campaigns:view/users`;
  const whole = (await asViewer.get(path)).json<{ items: Holder[]; total: unknown }>();
  const first = (await asViewer.get(`${path}?limit=2`)).json<{
    items: Holder[];
    nextCursor: string;
    total: unknown;
  }>();
  const rest = (await asViewer.get(`${path}?cursor=${first.nextCursor}`)).json<{
    items: Holder[];
    total: unknown;
  }>();
  expect([...first.items, ...rest.items]).toEqual(whole.items);
  expect([first.total, rest.total]).toEqual([whole.total, whole.total]);
});

test("suggests similar names for a misspelt permission", async () => {
  const response = await asViewer.get(`${base}/permissions/campaigns:aprove/users`);
  expect(response.json()).toMatchObject({
    status: 422,
    code: "permissions/unknown",
    detail: expect.stringContaining("campaigns:approve"),
  });
});

test("returns no permissions for a user without roles, who can't view other users", async () => {
  const { items } = (await asViewer.get(`${base}/users?query=nobody`)).json<{ items: UserDetails[] }>();
  const account = { accountId: items[0]?.accountId ?? "" };
  expect((await asViewer.get(`${base}/users/${items[0]?.id}/permissions`)).json()).toEqual({
    items: [],
    nextCursor: null,
    total: { count: 0, exact: true },
  });
  expect((await t.as(account).get(`${base}/users`)).statusCode).toBe(403);
  expect((await t.as(account).get(`${base}/permissions`)).statusCode).toBe(200);
});

test("finds the users with a permission by name, and counts them", async () => {
  await t.user(organization, { name: "Zeynep Searched", roles: ["viewer"] });
  await t.user(organization, { name: "Zeynep Without" });
  const path = `${base}/permissions/campaigns:view/users?query=zeynep`;
  const { items, total } = (await asViewer.get(path)).json<{
    items: { user: { name: string } }[];
    total: { count: number };
  }>();
  expect(items.map(({ user }) => user.name)).toEqual(["Zeynep Searched"]);
  expect(total.count).toBe(1);
});

test("lists the permissions of a user with many roles in pages, each permission once with all of its sources", async () => {
  const { groups } = (await asViewer.get(`${base}/permissions`)).json<{
    groups: { actions: { permission: string }[] }[];
  }>();
  const permissions = groups
    .flatMap(({ actions }) => actions.map(({ permission }) => permission))
    .filter((permission) => !permission.startsWith("organization:"));
  const roles = [];
  for (let n = 0; n < 20; n += 1) roles.push(await t.role(organization, { name: `Wide ${n}`, permissions }));
  const { userId } = await t.user(organization, { name: "Dora Many", roles });
  const path = `${base}/users/${userId}/permissions`;
  const pages: Held["items"][] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const response = await asViewer.get(cursor === "" ? path : `${path}?cursor=${cursor}`);
    const page = response.json<Held & { nextCursor: string | null; total: unknown }>();
    expect(page.total).toEqual({ count: permissions.length, exact: true });
    expect(response.body.length).toBeLessThan(200_000);
    pages.push(page.items);
    cursor = page.nextCursor;
  }
  expect(pages.length).toBeGreaterThan(1);
  const items = pages.flat();
  expect(items.map(({ permission }) => permission)).toEqual(permissions);
  for (const { because } of items)
    expect(because.filter(({ impliedBy }) => impliedBy === undefined)).toHaveLength(roles.length);
  const invalid = await asViewer.get(`${path}?cursor=e30`);
  expect(invalid.json()).toMatchObject({ status: 422, code: "request/cursor" });
});
