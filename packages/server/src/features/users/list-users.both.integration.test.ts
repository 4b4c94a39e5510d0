import type { UserView } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";

let t: TestApp;
let organization: TestOrganization;

const names: readonly (readonly [name: string, email: string, role: string, status?: "suspended"])[] = [
  ["İnci Işık", "inci@lodos.example", "marketer"],
  ["ISPARTA Bey", "bey@lodos.example", "viewer"],
  ["ısparta hanım", "hanim@lodos.example", "viewer", "suspended"],
  ["Zoë Müller", "zoe.mueller@lodos.example", "viewer"],
  ["Jürgen Groß", "juergen+news@lodos.example", "marketer"],
  ["Søren Łukasiewicz", "soren@lodos.example", "developer"],
  ["王伟", "wang.wei@lodos.example", "viewer"],
  ["50% Off_Deals \\ Team's", "deals@lodos.example", "viewer"],
  ["500 Off Deals", "off@lodos.example", "viewer"],
];

beforeAll(async () => {
  t = await createTestApp();
  organization = await t.organization("Lodos");
  for (const [name, email, role, status = "active"] of names)
    await t.user(organization, { name, email, roles: [role], status });
});
afterAll(() => t.close());

async function list(query: string, expected = 200) {
  const response = await t
    .as(organization.owner)
    .get(`/organizations/${organization.organizationId}/users?${query}`);
  expect(response.statusCode, response.body).toBe(expected);
  return response.json<{ items: UserView[]; nextCursor: string | null; total: unknown; code: string }>();
}

async function found(query: string): Promise<readonly string[]> {
  const { items } = await list(`query=${encodeURIComponent(query)}`);
  return items.map(({ name }) => name);
}

test.each([
  ["istanbul's letters", "INCI", ["İnci Işık"]],
  ["a dotted capital I", "İNCİ", ["İnci Işık"]],
  ["dotless i", "ışık", ["İnci Işık"]],
  ["Isparta in capitals", "ISPARTA", ["ISPARTA Bey", "ısparta hanım"]],
  ["Isparta with dotless i", "ısparta", ["ISPARTA Bey", "ısparta hanım"]],
  ["Isparta in ASCII", "isparta", ["ISPARTA Bey", "ısparta hanım"]],
  ["an umlaut left out", "muller", ["Zoë Müller"]],
  ["a sharp s", "gross", ["Jürgen Groß"]],
  ["letters that don't decompose", "soren lukas", ["Søren Łukasiewicz"]],
  ["hanzi", "伟", ["王伟"]],
  ["a part of an address", "n+news@lod", ["Jürgen Groß"]],
  ["words in another order in name and email address", "mueller@ zoe", ["Zoë Müller"]],
  ["words of which one is nowhere", "zoe jurgen", []],
  ["a single letter", "王", ["王伟"]],
  ["two letters at the beginning of a word", "mu", ["Zoë Müller"]],
  ["two letters at the beginning of a part of an address", "ne", ["Jürgen Groß"]],
  ["two letters inside a word", "ul", []],
])("finds the right users in a search by %s", async (_, query, expected) => {
  expect(await found(query)).toEqual(expected);
});

test.each([
  ["percent sign", "50%"],
  ["underscore", "Off_"],
  ["backslash", "\\"],
  ["apostrophe", "Team's"],
])("matches a %s in a search literally", async (_, query) => {
  expect(await found(query)).toEqual(["50% Off_Deals \\ Team's"]);
});

test("doesn't match a word across the name and the email address", async () => {
  expect(await found("beybey")).toEqual([]);
});

test("combines the role and status filters with AND", async () => {
  const { viewer } = organization.roles;
  const suspended = await list(`role=${viewer}&status=suspended`);
  const searched = await list(`role=${viewer}&status=active&query=isparta`);
  expect(suspended.items.map(({ name }) => name)).toEqual(["ısparta hanım"]);
  expect(suspended.total).toEqual({ count: 1, exact: true });
  expect(searched.items.map(({ name }) => name)).toEqual(["ISPARTA Bey"]);
});

test("returns a user with roles and times, and leaves out fields that are not set", async () => {
  const { items } = await list("query=soren");
  expect(items).toEqual([
    {
      id: expect.any(String),
      accountId: expect.any(String),
      name: "Søren Łukasiewicz",
      email: "soren@lodos.example",
      status: "active",
      twoFactor: false,
      roles: [{ id: organization.roles.developer, name: "Developer" }],
      lastActiveAt: null,
      createdAt: "2026-03-02T09:00:00.000Z",
    },
  ]);
});

test("sorts by folded name, and descending with a minus sign", async () => {
  const forwards = (await list("")).items.map(({ name }) => name);
  const backwards = (await list("sort=-name")).items.map(({ name }) => name);
  expect(forwards.slice(0, 3)).toEqual(["50% Off_Deals \\ Team's", "500 Off Deals", "İnci Işık"]);
  expect(backwards).toEqual(forwards.toReversed());
});

test.each(["name", "-name", "lastActiveAt", "-lastActiveAt"])(
  "returns every user exactly once over all pages sorted by %s",
  async (sort) => {
    const whole = await list(`sort=${sort}`);
    const pages: string[] = [];
    let cursor = "";
    do {
      const page = await list(`sort=${sort}&limit=3${cursor === "" ? "" : `&cursor=${cursor}`}`);
      expect(page.total).toEqual({ count: names.length + 1, exact: true });
      pages.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? "";
    } while (cursor !== "");
    expect(pages).toEqual(whole.items.map(({ id }) => id));
  },
);

test("keeps the position of a page when a user is added before it", async () => {
  const other = await t.organization();
  for (const name of ["Bo", "Cy", "Di"]) await t.user(other, { name, roles: ["viewer"] });
  const path = `/organizations/${other.organizationId}/users?limit=2`;
  const first = (await t.as(other.owner).get(path)).json<{ items: UserView[]; nextCursor: string }>();
  await t.user(other, { name: "Ava", roles: ["viewer"] });

  const second = (await t.as(other.owner).get(`${path}&cursor=${first.nextCursor}`)).json<{
    items: UserView[];
  }>();
  expect([...first.items, ...second.items].map(({ name }) => name)).toEqual([
    "Bo",
    "Cy",
    "Di",
    other.owner.name,
  ]);
});

test("sorts users who were never active first when sorted by activity", async () => {
  const other = await t.organization();
  const active = await t.user(other, { name: "Active", roles: ["viewer"] });
  await t.user(other, { name: "Never", roles: ["viewer"] });
  const path = `/organizations/${other.organizationId}/users?sort=lastActiveAt`;
  const asActive = t.as(active);
  await asActive.get(path);
  t.clock.advance(2 * 60_000);
  await asActive.get(path);

  const response = await t.as(other.owner).get(path);
  const items = response.json<{ items: UserView[] }>().items;
  expect(items.at(-1)?.name).toBe("Active");
  expect(items.at(-1)?.lastActiveAt).toBe("2026-03-02T09:02:00.000Z");
});

test.each([
  ["garbage", "xyz"],
  ["another order's cursor", Buffer.from('{"order":"-name","id":"x","sortKey":"a"}').toString("base64url")],
  ["a number for a name", Buffer.from('{"order":"name","id":null,"sortKey":1}').toString("base64url")],
])("rejects a cursor that is %s", async (_, cursor) => {
  expect((await list(`cursor=${cursor}`, 422)).code).toBe("request/cursor");
});

test.each([
  "limit=0",
  "limit=101",
  "limit=-1",
  "limit=1000000000",
  "sort=email",
  "status=gone",
  "role=1",
  "x=1",
])("rejects the query %s", async (query) => {
  expect((await list(query, 422)).code).toBe("request/invalid");
});

test("finds nothing with users, roles and cursors of another organization", async () => {
  const foreign = await t.organization("Foreign");
  await t.user(foreign, { name: "İnci Foreign", roles: ["marketer"] });
  const unknown = "01912345-6789-7abc-8def-0123456789ab";

  expect(await found("foreign")).toEqual([]);
  expect(await list(`role=${foreign.roles.marketer}`)).toEqual(await list(`role=${unknown}`));
  const responses = await Promise.all(
    [foreign.organizationId, unknown].map((id) => t.as(organization.owner).get(`/organizations/${id}/users`)),
  );
  expect(responses.map(({ statusCode }) => statusCode)).toEqual([404, 404]);
});
