import type { AuditEvent } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { getIfMatch } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";

interface Answer {
  readonly items: AuditEvent[];
  readonly nextCursor: string | null;
  readonly total: { readonly count: number };
  readonly within?: Readonly<Record<string, number>>;
}

let t: TestApp;
let organization: TestOrganization;
let asOwner: ApiClient;
let base: string;

/** A role of three users is replaced, two people are invited at once, and a user is removed. */
beforeAll(async () => {
  t = await createTestApp();
  organization = await t.organization();
  asOwner = t.as(organization.owner);
  base = `/organizations/${organization.organizationId}`;
  const old = await t.role(organization, { name: "Old", permissions: [] });
  for (const name of ["Ada", "Bea", "Cem"]) await t.user(organization, { name, roles: [old] });
  const replacement = `?replacement=${organization.roles.viewer}`;
  await asOwner.delete(`${base}/roles/${old}${replacement}`, { "if-match": '"1"' });
  const roleIds = [organization.roles.viewer];
  const invitations = ["a@example.test", "b@example.test"].map((email) => ({ email, roleIds }));
  await asOwner.post(`${base}/invitations`, { invitations });
  const manager = await t.user(organization, { name: "Işıl Yönetici", roles: ["app-admin"] });
  await t.as(manager).post(`${base}/roles`, { name: "Made by Işıl", permissions: [] });
  const path = `${base}/users/${manager.userId}`;
  const response = await asOwner.delete(path, await getIfMatch(asOwner, path));
  expect(response.statusCode).toBe(204);
});
afterAll(() => t.close());

async function list(query = ""): Promise<Answer> {
  const response = await asOwner.get(`${base}/audit-events${query}`);
  expect(response.statusCode, response.body).toBe(200);
  return response.json<Answer>();
}

const getActions = ({ items }: Answer) => items.map(({ action }) => action);

test("a grouped list has one entry for a change of many, with their number", async () => {
  const grouped = await list("?grouped=true");
  expect(getActions(grouped)).toEqual([
    "users.removed",
    "roles.created",
    "invitations.sent",
    "roles.deleted",
  ]);
  expect(grouped.total.count).toBe(4);
  const [, , sent, deleted] = grouped.items;
  expect(grouped.within).toEqual({ [sent?.id ?? ""]: 1, [deleted?.id ?? ""]: 3 });
});

test("an entry's events are listed within it, page by page", async () => {
  const deleted = (await list("?grouped=true")).items.at(-1);
  const first = await list(`?within=${deleted?.id}&limit=2`);
  const second = await list(`?within=${deleted?.id}&limit=2&cursor=${first.nextCursor}`);
  expect([...first.items, ...second.items].map(({ target }) => target.name).sort()).toEqual([
    "Ada",
    "Bea",
    "Cem",
  ]);
  expect(first.total.count).toBe(3);
  expect(first.within).toBeUndefined();
});

test("a list that is not grouped has every event, and nothing about groups", async () => {
  const all = await list();
  expect(all.total.count).toBe(8);
  expect(all).not.toHaveProperty("within");
});

test("grouped pages cover every entry once", async () => {
  const first = await list("?grouped=true&limit=3");
  const second = await list(`?grouped=true&limit=3&cursor=${first.nextCursor}`);
  expect(getActions(first).concat(getActions(second))).toEqual(getActions(await list("?grouped=true")));
});

test.each([
  ["the target's name", "isil", ["users.removed", "roles.created"]],
  ["accents and case", "YONETİCİ", ["users.removed", "roles.created"]],
  ["words of actor and target", "yönetici made", ["roles.created"]],
  ["an address", "b@example", ["invitations.sent"]],
  ["no regular expression", ".*", []],
])("the search finds %s", async (_, query, expected) => {
  expect(getActions(await list(`?query=${encodeURIComponent(query)}`))).toEqual(expected);
});

test("an actor who was removed keeps the name, and is found by it", async () => {
  const [created] = (await list("?action=roles.created")).items;
  expect(created?.actor.name).toBe("Işıl Yönetici");
  const found = await list(`?actor=${created?.actor.id}`);
  expect(found.items.map(({ actor }) => actor.name)).toEqual(["Işıl Yönetici"]);
});

test.each(["within=x", "grouped=yes"])("the query %s is rejected", async (query) => {
  expect((await asOwner.get(`${base}/audit-events?${query}`)).statusCode).toBe(422);
});

test("an export contains what the search finds", async () => {
  const { body } = await asOwner.get(`${base}/audit-events/export?query=isil`);
  const events = body
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as AuditEvent);
  expect(events.map(({ action }) => action)).toEqual(["roles.created", "users.removed"]);
  expect((await list("?action=audit.exported")).items[0]?.changes).toContainEqual({
    field: "query",
    before: null,
    after: "isil",
  });
});
