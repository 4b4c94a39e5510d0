import { afterAll, expect, test } from "vitest";
import { createTestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import { createOperator } from "../../../test/operator.ts";
import { verifyChain } from "../../audit/verify.ts";
import type { ImportRow, RowFields, RowResult } from "./import-row.ts";
import { importUsers } from "./import-users.ts";

const t = await createTestApp();
const lodos = await t.organization("Lodos Retail");
const operator = await createOperator(t, lodos);
afterAll(() => t.close());

const bcrypt = "$2b$05$hX8aeus/JQbjw1DROAuVReKegiQZ41aWT2x/hYbLEfQuv2/CZgcFW";
const password = "correct horse battery staple";

const toRows = (fields: readonly RowFields[]): ImportRow[] =>
  fields.map((one, index) => ({ line: index + 2, fields: one }));
const importRows = (fields: readonly RowFields[], isDryRun = false) =>
  importUsers(t.deps, operator, toRows(fields), { isDryRun });
const summarize = (results: readonly RowResult[]) =>
  results.map(({ outcome, refusal }) => refusal?.code ?? outcome);
const loadUser = async (email: string) =>
  (
    await t.sql(
      `SELECT u.user_id AS id, u.name, u.status, u.phone, u.external_id, u.version, a.email AS sign_in, a.password_hash,
         ARRAY(SELECT r.name FROM user_roles g JOIN roles r USING (role_id) WHERE g.user_id = u.user_id ORDER BY 1) AS roles
       FROM users u JOIN accounts a USING (account_id) WHERE u.email = $1 AND u.organization_id = $2`,
      [email, lodos.organizationId],
    )
  )[0];

test("creates users with every field; the same rows again change nothing", async () => {
  const rows = [
    {
      email: " Ada@Example.TEST ",
      name: "Ada Lovelace",
      roles: "viewer; Marketer",
      externalId: "crm-1",
      phone: "+90 212 555 01 23",
      status: "suspended",
    },
    { email: "bob@example.test", name: "Bob", passwordHash: bcrypt, roles: ["Viewer"] },
    { email: "nameless@example.test" },
  ];

  expect(summarize(await importRows(rows, true))).toEqual(["created", "created", "created"]);
  expect(await loadUser("ada@example.test")).toBeUndefined();
  expect(summarize(await importRows(rows))).toEqual(["created", "created", "created"]);

  expect(await loadUser("ada@example.test")).toMatchObject({
    name: "Ada Lovelace",
    status: "suspended",
    phone: "+90 212 555 01 23",
    external_id: "crm-1",
    sign_in: null,
    password_hash: null,
    roles: ["Marketer", "Viewer"],
  });
  const bob = await loadUser("bob@example.test");
  expect(bob).toMatchObject({ sign_in: "bob@example.test", password_hash: bcrypt, roles: ["Viewer"] });
  expect(await loadUser("nameless@example.test")).toMatchObject({ name: "nameless@example.test" });
  const signIn = await t.anonymous.post("/sessions", { email: "bob@example.test", password });
  expect(signIn.statusCode).toBe(201);
  const events = await t.sql(
    "SELECT actor_type, actor_name, action, target_name, changes FROM audit_events WHERE target_id = $1 AND action LIKE 'users%'",
    [bob?.["id"]],
  );
  expect(events).toEqual([
    {
      actor_type: "system",
      actor_name: "Command line",
      action: "users.created",
      target_name: "Bob",
      changes: [
        { field: "email", before: null, after: "bob@example.test" },
        { field: "roles", before: null, after: ["Viewer"] },
      ],
    },
  ]);

  const before = await readDatabaseState(t);
  expect(summarize(await importRows(rows))).toEqual(["unchanged", "unchanged", "unchanged"]);
  expect(await readDatabaseState(t)).toEqual(before);
  expect(await verifyChain(t.db, lodos.organizationId)).toMatchObject({ brokenAt: null });
});

test("changes what differs, by external id or address, and leaves what the row doesn't say", async () => {
  await importRows([
    { email: "by-id@example.test", name: "By Id", externalId: "crm-10", phone: "+90 1", roles: "Viewer" },
    { email: "by-address@example.test", name: "By Address", roles: "Viewer" },
  ]);
  const rows = [
    { email: "new-address@example.test", externalId: "crm-10", roles: "Marketer" },
    { email: "by-address@example.test", externalId: "crm-11", name: "Other Name", roles: "" },
  ];
  expect(summarize(await importRows(rows, true))).toEqual(["updated", "updated"]);
  expect(summarize(await importRows(rows))).toEqual(["updated", "updated"]);

  expect(await loadUser("new-address@example.test")).toMatchObject({
    name: "By Id",
    phone: "+90 1",
    roles: ["Marketer"],
    version: 2,
  });
  expect(await loadUser("by-address@example.test")).toMatchObject({
    name: "Other Name",
    external_id: "crm-11",
    roles: ["Viewer"],
    sign_in: null,
  });
  const [search] = await t.sql("SELECT search_key FROM users WHERE email = 'by-address@example.test'");
  expect(search).toEqual({ search_key: "other name\nby-address@example.test" });
});

test("suspending a user by import ends their sessions", async () => {
  const person = await t.user(lodos, { email: "signed-in@example.test", roles: ["viewer"] });
  const client = t.as(person);
  expect((await client.get("/me")).statusCode).toBe(200);

  expect(summarize(await importRows([{ email: person.email, status: "suspended" }]))).toEqual(["updated"]);

  expect((await client.get("/me")).statusCode).toBe(401);
});

test("a hash gives a user a sign-in, but never replaces a password", async () => {
  await importRows([{ email: "later@example.test", name: "Later" }]);
  expect(summarize(await importRows([{ email: "later@example.test", passwordHash: bcrypt }]))).toEqual([
    "updated",
  ]);
  expect((await t.anonymous.post("/sessions", { email: "later@example.test", password })).statusCode).toBe(
    201,
  );

  const { password_hash: own } = (await loadUser("later@example.test")) ?? {};
  expect(own).not.toBe(bcrypt);
  expect(summarize(await importRows([{ email: "later@example.test", passwordHash: bcrypt }]))).toEqual([
    "unchanged",
  ]);
  expect(await loadUser("later@example.test")).toMatchObject({ password_hash: own });
});

test("a person who has an account elsewhere keeps its password", async () => {
  const other = await t.organization("Elsewhere");
  const person = await t.user(other, { email: "known@elsewhere.example" });
  const load = () => t.sql("SELECT * FROM accounts WHERE account_id = $1", [person.accountId]);
  const before = await load();

  const rows = [{ email: person.email, name: "Known Here", passwordHash: bcrypt }];
  expect(summarize(await importRows(rows))).toEqual(["created"]);

  expect(await load()).toEqual(before);
  const [user] = await t.sql("SELECT account_id FROM users WHERE email = $1 AND organization_id = $2", [
    person.email,
    lodos.organizationId,
  ]);
  expect(user).toEqual({ account_id: person.accountId });
});

test("a refused row says why and doesn't affect the others", async () => {
  await importRows([
    { email: "first@example.test", externalId: "crm-20" },
    { email: "second@example.test", externalId: "crm-21" },
  ]);
  const rows: RowFields[] = [
    { email: "no-at.example.test" },
    { email: "x@example.test", name: "a\u0000b" },
    { email: "x@example.test", phone: "+90 abc" },
    { email: "x@example.test", status: "invited" },
    { email: "x@example.test", roles: "Viewer; Nobody" },
    { email: "x@example.test", passwordHash: "5f4dcc3b5aa765d61d8327deb882cf99" },
    { email: "x@example.test", externalId: "x".repeat(201) },
    { email: "first@example.test", externalId: "crm-21" },
    { email: "owner-elsewhere@example.test", roles: "Owner" },
    { email: lodos.owner.email, status: "suspended" },
    { email: "good@example.test", name: "Good" },
    { email: "GOOD@example.test", name: "Again" },
  ];
  const codes = [
    "email/invalid",
    "imports/invalid-name",
    "imports/invalid-phone",
    "imports/invalid-status",
    "roles/unknown",
    "imports/invalid-password-hash",
    "imports/invalid-external-id",
    "users/email-taken",
    "roles/owner-needs-sign-in",
    "users/last-owner",
    "created",
    "imports/duplicate",
  ];
  expect(summarize(await importRows(rows, true))).toEqual(codes);
  const before = await t.sql("SELECT count(*)::int AS count FROM users");

  expect(summarize(await importRows(rows))).toEqual(codes);

  const [{ count } = {}] = await t.sql("SELECT count(*)::int AS count FROM users");
  expect(count).toBe(Number(before[0]?.["count"]) + 1);
  expect(await loadUser("good@example.test")).toMatchObject({ name: "Good" });
});

test("two imports of the same rows at once create each user once", async () => {
  const rows = Array.from({ length: 50 }, (_, index) => ({
    email: `race-${index}@example.test`,
    externalId: `race-${index}`,
    passwordHash: bcrypt,
  }));
  const all = await Promise.all([importRows(rows), importRows(rows), importRows(rows)]);

  const created = all.flatMap(summarize).filter((outcome) => outcome === "created");
  expect(created).toHaveLength(50);
  expect(all.flatMap(summarize).filter((outcome) => outcome === "unchanged")).toHaveLength(100);
  const [{ users, accounts } = {}] = await t.sql(
    "SELECT (SELECT count(*) FROM users WHERE email LIKE 'race-%')::int AS users, (SELECT count(*) FROM accounts WHERE email LIKE 'race-%')::int AS accounts",
  );
  expect([users, accounts]).toEqual([50, 50]);
});
