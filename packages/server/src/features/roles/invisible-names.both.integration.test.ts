/** Names of characters without a glyph: rejected, and ignored where names are compared and searched. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { inviteAndGetToken, validPassword } from "../../../test/invitations.ts";
import { readMigrations } from "../../db/migrations.ts";

type Case = readonly [{ readonly name?: string; readonly role?: string }, string];

const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL("../../../test/fixtures/names-invisible.json", import.meta.url), "utf8"),
);
const names = cases.flatMap(([{ name }, text]) => (name === undefined ? [] : [[name, text] as const]));
const blank = [...names, ["U+2800", "\u2800"], ["U+FE0F and a space", "\ufe0f \u034f"]] as const;

let t: TestApp;
let acme: TestOrganization;
let path: string;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  path = `/organizations/${acme.organizationId}`;
});
afterAll(() => t.close());

test.each(blank)("rejects a name of %s everywhere and changes nothing", async (_, name) => {
  const owner = t.as(acme.owner);
  const user = await t.user(acme);
  const token = await inviteAndGetToken(t, acme, `${crypto.randomUUID()}@x.example`);
  const [roles, keys, me, one, settings] = await Promise.all(
    ["/roles", "/api-keys", null, `/users/${user.userId}`, ""].map((end) =>
      owner.get(end === null ? "/me" : `${path}${end}`),
    ),
  );
  for (const response of [roles, keys, me, one, settings]) expect(response?.statusCode).toBe(200);
  const before = await readDatabaseState(t);
  const match = (response: typeof one) => ({ "if-match": String(response?.headers.etag) });
  const responses = [
    await owner.post(`${path}/roles`, { name, permissions: [] }),
    await owner.post(`${path}/api-keys`, { name, permissions: ["users:view"] }),
    await owner.patch("/me", { name }),
    await owner.patch(`${path}/users/${user.userId}`, { name }, match(one)),
    await owner.patch(path, { name }, match(settings)),
    await t.anonymous.post("/invitations/accept", { token, name, password: validPassword }),
  ];
  for (const response of responses)
    expect(response.json()).toMatchObject({
      status: 422,
      code: "request/invalid",
      errors: [{ path: "name", detail: "Write at least one visible character." }],
    });
  expect(await readDatabaseState(t)).toEqual(before);
});

test.each([
  ["name", { name: "Sa\u202eles" }],
  ["name", { name: "Sales\u200b" }],
  ["description", { name: "Any", description: "Sells\u2066" }],
  ["description", { name: "Any", description: "\u200d" }],
])("rejects a role whose %s has an invisible or direction character", async (field, role) => {
  const response = await t.as(acme.owner).post(`${path}/roles`, { permissions: [], ...role });
  expect(response.json()).toMatchObject({ status: 422, code: "request/invalid", errors: [{ path: field }] });
});

test("rejects a catalogue with a label that shows nothing", async () => {
  const body = { sales: { label: "\u3164", actions: { view: {} } } };
  const response = await t.as(acme.owner).put(`${path}/permissions`, body, { "if-match": '"1"' });
  expect(response.json()).toMatchObject({
    status: 422,
    code: "permissions/invalid",
    errors: [{ path: "sales.label" }],
  });
});

test("keeps characters without a glyph inside a visible name", async () => {
  const token = await inviteAndGetToken(t, acme, "family@x.example");
  const name = "\u{1F469}\u200D\u{1F469}\u200D\u{1F466} \u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645";
  expect(
    (await t.anonymous.post("/invitations/accept", { token, name, password: validPassword })).statusCode,
  ).toBe(201);
  const found = await t
    .as(acme.owner)
    .get(`${path}/users?query=${encodeURIComponent("\u0645\u06CC\u062E\u0648\u0627\u0647\u0645")}`);
  expect(found.json()).toMatchObject({ items: [{ name }] });
});

test("rejects a role whose name looks like that of another one", async () => {
  const owner = t.as(acme.owner);
  expect((await owner.post(`${path}/roles`, { name: "Sales", permissions: [] })).statusCode).toBe(201);
  const before = await readDatabaseState(t);
  const roles = cases.flatMap(([{ role }, text]) => (role === undefined ? [] : [text]));
  for (const name of [...roles, "Ow\u3164ner", "Sales\ufe0f", "\u2800sales"])
    expect((await owner.post(`${path}/roles`, { name, permissions: [] })).json()).toMatchObject({
      status: 409,
      code: "roles/name-taken",
    });
  expect(roles).toHaveLength(1);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("the migration brings stored keys into the new form, and keeps two roles that look alike", async () => {
  const lodos = await t.organization("Lodos");
  const user = await t.user(lodos, { name: "Mi\u200Cra" });
  const { owner, viewer } = lodos.roles;
  await t.sql("UPDATE users SET name_key = $2, search_key = $2 || chr(10) || email WHERE user_id = $1", [
    user.userId,
    "mi\u200Cra",
  ]);
  const rename = "UPDATE roles SET name_key = $2 WHERE role_id = $1";
  await t.sql(rename, [viewer, "ca\u200Dll"]);
  await t.sql(rename, [lodos.roles.developer, "owner\u200D"]);
  const migration = readMigrations().find(({ name }) => name.endsWith("characters_without_glyph.sql"));
  await t.engine.withoutTimeout(async (client) => {
    await client.query(`begin; ${migration?.sql}; commit`);
  });
  const keys = async (ids: readonly (string | undefined)[]) =>
    (await t.sql("SELECT name_key AS key FROM roles WHERE role_id = ANY($1) ORDER BY 1", [ids])).map(
      ({ key }) => key,
    );
  expect(await keys([owner, viewer, lodos.roles.developer])).toEqual(["call", "owner", "owner\u200D"]);
  expect(await t.sql("SELECT name_key, search_key FROM users WHERE user_id = $1", [user.userId])).toEqual([
    { name_key: "mira", search_key: `mira\n${user.email}` },
  ]);
});
