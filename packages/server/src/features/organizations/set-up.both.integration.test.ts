import { ownCatalogue } from "@gatehouse/access/catalogue";
import { exampleRoles } from "@gatehouse/access/example";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiResponse } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import { createSetupLink } from "./index.ts";

const input = {
  organization: "Kardelen",
  name: "Işıl Yılmaz",
  email: "Isil@Kardelen.example",
  password: "seven green copper gates",
};

let t: TestApp;
let token: string;

beforeAll(async () => {
  t = await createTestApp();
  token = tokenIn(await createSetupLink(t.deps));
});
afterAll(() => t.close());

function tokenIn(link: string | null): string {
  return /^http:\/\/127\.0\.0\.1:3000\/setup#([\w-]{43})$/.exec(link ?? "")?.[1] ?? `no token: ${link}`;
}

const setUp = (body: Readonly<Record<string, unknown>>): Promise<ApiResponse> =>
  t.anonymous.post("/setup", body);

test("reports that set-up is needed", async () => {
  expect((await t.anonymous.get("/setup")).json()).toEqual({ needed: true });
});

test.each([
  ["an unknown token", { token: "x".repeat(43) }, 404, "setup/token"],
  ["part of the token", {}, 404, "setup/token"],
  ["a short password", { password: "short" }, 422, "passwords/too-short"],
  ["a guessable password", { password: "Kardelen2026!!" }, 422, "passwords/too-common"],
  ["no address", { email: "isil" }, 422, "email/invalid"],
  ["two addresses", { email: "a@b.example, c@d.example" }, 422, "email/invalid"],
  ["a line break in the organization", { organization: "A\r\nB" }, 422, "request/invalid"],
  ["a name of control characters", { name: "\u0007" }, 422, "request/invalid"],
  ["an unknown key", { roles: ["owner"] }, 422, "request/invalid"],
  ["an unknown catalogue", { catalogue: "other" }, 422, "request/invalid"],
])("rejects %s and creates nothing", async (what, wrong, status, code) => {
  const before = await readDatabaseState(t);
  const given = what === "part of the token" ? token.slice(0, -1) : token;
  const response = await setUp({ token: given, ...input, ...wrong });
  expect(response.json()).toMatchObject({ status, code });
  expect(response.headers["set-cookie"]).toBeUndefined();
  expect(await readDatabaseState(t)).toEqual(before);
  expect((await t.anonymous.get("/setup")).statusCode).toBe(200);
});

test("looks a link up without changing anything", async () => {
  const before = await readDatabaseState(t);
  const lookUp = async (text: string) => (await t.anonymous.post("/setup/lookup", { token: text })).json();
  expect(await lookUp(token)).toEqual({ needed: true });
  expect(await lookUp(token.slice(0, -1))).toMatchObject({ status: 404, code: "setup/token" });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("rejects a link after a day and accepts a newer one", async () => {
  t.clock.advance(24 * 3_600_000);
  expect((await setUp({ token, ...input })).json()).toMatchObject({ code: "setup/token" });
  token = tokenIn(await createSetupLink(t.deps));
  expect((await t.sql("SELECT token_hash FROM setup_tokens")).map(String)).not.toContain(token);
});

test("creates the organization, its catalogue, roles and owner, and signs in the owner", async () => {
  const response = await setUp({ token, ...input });
  expect(response.statusCode).toBe(201);
  const created = response.json<{ organizationId: string; userId: string }>();
  expect(created).toMatchObject({
    user: { name: "Işıl Yılmaz", email: "isil@kardelen.example", language: "en" },
    organizations: [{ id: created.organizationId, name: "Kardelen", userId: created.userId }],
  });
  const cookie = String(response.headers["set-cookie"]).split(";")[0] ?? "";
  const me = await t.anonymous.get("/me", { cookie });
  const catalogue = await t.anonymous.get(`/organizations/${created.organizationId}/permissions`, { cookie });
  const permissions = catalogue
    .json<{ groups: { actions: { permission: string }[] }[] }>()
    .groups.flatMap(({ actions }) => actions.map(({ permission }) => permission));
  expect(permissions).toEqual(ownCatalogue.permissions);
  expect(me.json()).toMatchObject({
    organizations: [{ status: "active", roles: [{ name: "Owner" }], permissions }],
  });
  const roles = await t.anonymous.get(`/organizations/${created.organizationId}/roles`, { cookie });
  const names = roles.json<{ items: { name: string }[] }>().items.map(({ name }) => name);
  expect(names.toSorted()).toEqual(["Access Manager", "Owner", "Viewer"]);
  const events = await t.sql("SELECT action, actor_type, target_name, changes FROM audit_events");
  expect(events).toEqual([
    {
      action: "organizations.created",
      actor_type: "system",
      target_name: "Kardelen",
      changes: [{ field: "owner", before: null, after: "isil@kardelen.example" }],
    },
  ]);
});

test("works only once and creates no further links", async () => {
  const before = await readDatabaseState(t);
  expect((await t.anonymous.get("/setup")).json()).toMatchObject({ status: 410, code: "setup/done" });
  const lookup = await t.anonymous.post("/setup/lookup", { token });
  expect(lookup.json()).toMatchObject({ status: 410, code: "setup/done" });
  const again = await setUp({ token, ...input, email: "other@kardelen.example" });
  expect(again.json()).toMatchObject({ status: 410, code: "setup/done" });
  expect((await setUp({ token: "guessed", ...input })).statusCode).toBe(410);
  expect(await createSetupLink(t.deps)).toBeNull();
  expect(await t.sql("SELECT * FROM setup_tokens")).toEqual([]);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("starts with the example and its roles when that is chosen", async () => {
  const other = await createTestApp();
  const link = tokenIn(await createSetupLink(other.deps));
  const response = await other.anonymous.post("/setup", { token: link, ...input, catalogue: "example" });
  const { organizationId } = response.json<{ organizationId: string }>();
  const cookie = String(response.headers["set-cookie"]).split(";")[0] ?? "";
  const path = `/organizations/${organizationId}`;
  const roles = (await other.anonymous.get(`${path}/roles`, { cookie })).json<{
    items: { name: string }[];
  }>();
  expect(roles.items.map(({ name }) => name).toSorted()).toEqual(
    exampleRoles.map(({ name }) => name).toSorted(),
  );
  expect((await other.anonymous.get(`${path}/permissions`, { cookie })).body).toContain("campaigns:approve");
  await other.close();
});
