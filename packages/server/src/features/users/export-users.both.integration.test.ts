import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization } from "../../../test/factories.ts";

let t: TestApp;
let organization: TestOrganization;

beforeAll(async () => {
  t = await createTestApp();
  organization = await t.organization();
});
afterAll(() => t.close());

const path = () => `/organizations/${organization.organizationId}/users/export`;

test("exports every user in name order, without formulas in cells", async () => {
  const names = ["=cmd|' /C calc'!A0", "+49", "-1", "@here", 'Jo "J", Smith', "Ayşe Kaya"];
  for (const name of names) await t.user(organization, { name, roles: ["viewer", "marketer"] });
  const response = await t.as(organization.owner).get(path());
  const lines = response.body.split("\r\n");
  expect(response.headers["content-type"]).toBe("text/csv; charset=utf-8");
  expect(response.headers["content-disposition"]).toBe('attachment; filename="users.csv"');
  expect(lines[0]).toBe("\ufeffid,name,email,status,roles,phone,externalId,lastActiveAt,createdAt,twoFactor");
  expect(lines).toHaveLength(names.length + 3);
  expect(lines.map((line) => line.slice(37, line.indexOf(",person-"))).slice(1, 7)).toEqual([
    "'+49",
    "'-1",
    "'=cmd|' /C calc'!A0",
    "'@here",
    "Ayşe Kaya",
    '"Jo ""J"", Smith"',
  ]);
  expect(lines[5]).toMatch(/,active,"Marketer; Viewer",,,,2026-03-02T09:00:00\.000Z,false$/);
});

test("exports the chosen columns in their order, as CSV or as JSON lines", async () => {
  const small = await t.organization();
  const client = t.as(small.owner);
  const person = await t.user(small, { name: "=1+1", roles: ["viewer", "marketer"] });
  const exportAs = (query: string) =>
    client.get(`/organizations/${small.organizationId}/users/export?query=1&${query}`);

  const csv = await exportAs("columns=roles,name");
  expect(csv.body).toBe(
    "\ufeffroles,name\r\nMarketer; Viewer,'=1+1\r\n".replace("Marketer; Viewer", '"Marketer; Viewer"'),
  );
  const json = await exportAs("format=ndjson&columns=email,roles,lastActiveAt,twoFactor");
  expect(json.headers["content-type"]).toBe("application/x-ndjson; charset=utf-8");
  expect(json.headers["content-disposition"]).toBe('attachment; filename="users.jsonl"');
  expect(
    json.body
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([{ email: person.email, roles: ["Marketer", "Viewer"], lastActiveAt: null, twoFactor: false }]);
  const before = await readDatabaseState(t);
  const unknown = await exportAs("columns=name,password");
  expect([unknown.statusCode, unknown.json()]).toMatchObject([422, { code: "request/invalid" }]);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("exports every user exactly once over several pages and records one event", async () => {
  const large = await t.organization();
  const { organizationId } = large;
  await t.sql(
    `INSERT INTO accounts (account_id, email, name, password_hash, created_at)
     SELECT gen_random_uuid(), n || '@many.example', 'x', 'x', now() FROM generate_series(1, 2500) n`,
  );
  // All names are equal, so only the id separates the pages.
  await t.sql(
    `INSERT INTO users (organization_id, user_id, account_id, name, email, name_key, search_key, created_at)
     SELECT $1, gen_random_uuid(), account_id, 'Same', email, 'same', 'same', now() FROM accounts WHERE email LIKE '%@many.example'`,
    [organizationId],
  );
  const response = await t.as(large.owner).get(`/organizations/${organizationId}/users/export`);
  const ids = response.body
    .split("\r\n")
    .slice(1, -1)
    .map((line) => line.slice(0, 36));
  expect(ids).toHaveLength(2501);
  expect(new Set(ids).size).toBe(2501);
  const events = await t.sql("SELECT action FROM audit_events WHERE organization_id = $1", [organizationId]);
  expect(events).toEqual([{ action: "users.exported" }]);
});

test("exports and records nothing without users:export", async () => {
  const asViewer = t.as(await t.user(organization, { roles: ["viewer"] }));
  await asViewer.get(path());
  const before = await readDatabaseState(t);
  expect((await asViewer.get(path())).statusCode).toBe(403);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("exports only the users that the list shows with the same filters, over several pages", async () => {
  const filtered = await t.organization();
  const { roles } = filtered;
  await t.users(
    filtered,
    Array.from({ length: 1100 }, (_, index) => ({ name: `Same ${index}`, roles: ["viewer"] })),
  );
  await t.user(filtered, { name: "Same suspended", roles: ["viewer"], status: "suspended" });
  await t.user(filtered, { name: "Same without role" });
  const asOwner = t.as(filtered.owner);
  const base = `/organizations/${filtered.organizationId}/users/export`;
  const query = `query=same&status=active&role=${roles.viewer}`;
  const lines = (await asOwner.get(`${base}?${query}`)).body.split("\r\n").slice(1, -1);
  expect(new Set(lines.map((line) => line.slice(0, 36))).size).toBe(1100);
  expect(lines.every((line) => line.includes(",active,Viewer,"))).toBe(true);
  expect((await asOwner.get(`${base}?query=nobody`)).body.split("\r\n")).toHaveLength(2);
});
