import { maxImportPartLength } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { createImportSteps, type ImportSteps } from "../../../test/imports.ts";

let t: TestApp;
let acme: TestOrganization;
let imports: ImportSteps;

beforeAll(async () => {
  t = await createTestApp();
});
beforeEach(async () => {
  acme = await t.organization();
  imports = createImportSteps(t, acme);
});
afterAll(() => t.close());

const listEmails = async (): Promise<unknown[]> =>
  (
    await t.sql(
      "SELECT email FROM users WHERE organization_id = $1 AND email LIKE '%@new.test' ORDER BY email",
      [acme.organizationId],
    )
  ).map(({ email }) => email);
const listActions = async (pattern: string): Promise<unknown[]> =>
  (
    await t.sql(
      "SELECT action FROM audit_events WHERE organization_id = $1 AND action LIKE $2 ORDER BY sequence",
      [acme.organizationId, pattern],
    )
  ).map(({ action }) => action);

const file = [
  "E-mail;Full name;Rollen;Password hash",
  "ada@new.test;Ada;Viewer;$2b$05$hX8aeus/JQbjw1DROAuVReKegiQZ41aWT2x/hYbLEfQuv2/CZgcFW",
  "nobody;Nobody;;",
  "ege@new.test;Ege;King;",
  "ada@new.test;Ada again;;",
  "can@new.test;Can;;",
].join("\n");
const columns = { email: "email", fullname: "name", rollen: "roles" };

test("shows the columns, checks all rows without changes, imports them, and names the refused rows", async () => {
  const id = await imports.upload({ text: file, partLength: 40 });
  const owner = t.as(acme.owner);
  const preview = (await owner.get(`${imports.base}/${id}/preview`)).json();
  expect(preview.columns).toEqual([
    { key: "email", title: "E-mail", field: "email", isPassword: false },
    { key: "fullname", title: "Full name", field: "name", isPassword: false },
    { key: "rollen", title: "Rollen", field: null, isPassword: false },
    { key: "passwordhash", title: "Password hash", field: null, isPassword: true },
  ]);
  expect(preview.rows[0]).toEqual({ line: 2, cells: ["ada@new.test", "Ada", "Viewer", ""] });
  const [stored] = await t.sql("SELECT string_agg(content, '') AS content FROM user_import_parts");
  expect(stored?.["content"]).not.toContain("ada@new.test");

  const before = await readDatabaseState(t);
  const checked = await imports.run(id, { as: "users", dryRun: true, columns });
  const counts = { total: 5, done: 5, created: 2, updated: 0, unchanged: 0, refused: 3 };
  expect(checked).toMatchObject({
    status: "checked",
    as: "users",
    startedAt: null,
    undoableUntil: null,
    ...counts,
  });
  const refused = ["3 email/invalid", "4 roles/unknown", "5 imports/duplicate"];
  expect(await imports.rows(id, "refused")).toEqual(refused);
  const after = await readDatabaseState(t);
  for (const table of ["users", "accounts", "invitations", "audit_events", "unsealed_audit_events"])
    expect(after[table]).toEqual(before[table]);

  const done = await imports.run(id, { as: "users", columns });
  expect(done).toMatchObject({ status: "done", ...counts, removed: 0, kept: 0 });
  expect(await imports.rows(id, "refused")).toEqual(refused);
  expect(await listEmails()).toEqual(["ada@new.test", "can@new.test"]);
  expect(await t.sql("SELECT FROM accounts WHERE email LIKE '%@new.test'")).toEqual([]);
  expect(await t.sql("SELECT FROM user_import_parts WHERE import_id = $1", [id])).toEqual([]);
  expect(await listActions("user%")).toEqual(["user-imports.started", "users.created", "users.created"]);
  const csv = await owner.get(`${imports.base}/${id}/rows/export?outcome=refused`);
  expect(csv.headers["content-disposition"]).toContain("refused.csv");
  expect(csv.body).toMatch(/\r\n4,roles\/unknown,[^\r]*,ege@new\.test,Ege,King,,,\r\n/);
});

test("invites people, and the undo revokes only what is still as it was", async () => {
  const text = "email,roles\na@new.test,Viewer\nb@new.test,Viewer\nc@new.test,Viewer\n";
  const id = await imports.upload({ text });
  expect(await imports.run(id, { as: "invitations" })).toMatchObject({ status: "done", created: 3 });
  const owner = t.as(acme.owner);
  const invitations = (await owner.get(`/organizations/${acme.organizationId}/invitations`)).json<{
    items: { id: string; email: string }[];
  }>().items;
  const find = (email: string) => invitations.find((one) => one.email === email)?.id;
  const manage = `/organizations/${acme.organizationId}/invitations`;
  await owner.post(`${manage}/${find("a@new.test")}/resend`);
  await owner.delete(`${manage}/${find("b@new.test")}`);

  expect((await owner.post(`${imports.base}/${id}/undo`)).statusCode).toBe(202);
  await t.drainOutbox();
  expect(await imports.get(id)).toMatchObject({ status: "undone", removed: 2, kept: 1, undoableUntil: null });
  expect(await imports.rows(id, "kept")).toEqual(["2 user-imports/changed-since"]);
  const states = await t.sql(
    "SELECT email, status FROM invitations WHERE organization_id = $1 ORDER BY email",
    [acme.organizationId],
  );
  expect(states.map(({ email, status }) => `${email} ${status}`)).toEqual([
    "a@new.test pending",
    "b@new.test revoked",
    "c@new.test revoked",
  ]);
});

test("the undo removes the users that were not touched, within a day, and names the others", async () => {
  const text = "email,name\na@new.test,A\nb@new.test,B\nc@new.test,C\nd@new.test,D\n";
  const id = await imports.upload({ text });
  await imports.run(id, { as: "users" });
  const users = new Map(
    (await t.sql("SELECT user_id, email FROM users WHERE organization_id = $1", [acme.organizationId])).map(
      ({ user_id, email }) => [email, String(user_id)],
    ),
  );
  const owner = t.as(acme.owner);
  const base = `/organizations/${acme.organizationId}/users`;
  await owner.patch(`${base}/${users.get("a@new.test")}`, { phone: "1" }, { "if-match": '"1"' });
  await t.sql("UPDATE users SET last_active_at = created_at WHERE user_id = $1", [users.get("b@new.test")]);
  await owner.delete(`${base}/${users.get("c@new.test")}`, { "if-match": '"1"' });

  expect((await owner.post(`${imports.base}/${id}/undo`)).statusCode).toBe(202);
  await t.drainOutbox();
  expect(await imports.get(id)).toMatchObject({ status: "undone", created: 4, removed: 2, kept: 2 });
  expect(await imports.rows(id, "kept")).toEqual([
    "2 user-imports/changed-since",
    "3 user-imports/signed-in-since",
  ]);
  expect(await listEmails()).toEqual(["a@new.test", "b@new.test"]);
  const actions = await listActions("user%");
  expect(actions.slice(-3)).toEqual(["users.removed", "user-imports.undone", "users.removed"]);
  const again = await owner.post(`${imports.base}/${id}/undo`);
  expect(again.json()).toMatchObject({ status: 409, code: "user-imports/not-undoable" });

  const other = await imports.upload({ text: "email\nlate@new.test\n" });
  const { undoableUntil } = await imports.run(other, { as: "users" });
  t.clock.advance(Date.parse(undoableUntil ?? "") - t.clock.now().getTime());
  const late = await t.as(acme.owner).post(`${imports.base}/${other}/undo`);
  expect(late.json()).toMatchObject({ status: 409, code: "user-imports/not-undoable" });
  expect(await listEmails()).toContain("late@new.test");
});

test("needs the permission for the kind, and gives nothing above the ceiling", async () => {
  const inviter = t.as(
    await t.user(acme, { roles: [await roleWith(["users:invite", "users:view", "roles:view"])] }),
  );
  const text = "email,roles\nx@new.test,Owner\ny@new.test,Viewer\n";
  const id = await imports.upload({ text }, inviter);
  const denied = await imports.start(id, { as: "users" }, inviter);
  expect(denied.json()).toMatchObject({ status: 403, code: "forbidden/permission" });
  const stranger = await imports.start(id, { as: "invitations" });
  expect(stranger.statusCode).toBe(404);
  const done = await imports.run(id, { as: "invitations" }, inviter);
  expect(done).toMatchObject({ status: "done", created: 0, refused: 2 });
  expect(await imports.rows(id, "refused")).toEqual([
    "2 forbidden/grant-ceiling",
    "3 forbidden/grant-ceiling",
  ]);
});

test("ends with a reason when who started it loses the permission", async () => {
  const creator = await t.user(acme, { roles: ["owner"] });
  const id = await imports.upload({ text: "email\nx@new.test\n" }, t.as(creator));
  expect((await imports.start(id, { as: "users" }, t.as(creator))).statusCode).toBe(202);
  await t.sql("UPDATE users SET status = 'suspended' WHERE user_id = $1", [creator.userId]);
  await t.drainOutbox();
  expect(await imports.get(id)).toMatchObject({
    status: "failed",
    done: 0,
    failure: { code: "user-jobs/starter-lost-access" },
  });
  expect(await listEmails()).toEqual([]);
});

test.for([
  ["no addresses", "people.csv", "name\nAda\n", "user-imports/unreadable"],
  ["an open quote", "people.csv", 'email,name\nx@new.test,"X\ny@new.test,Y\n', "user-imports/unreadable"],
  ["no array of users", "people.json", "{}", "user-imports/unreadable"],
  ["too many rows", "people.csv", `email\n${"x\n".repeat(100_001)}`, "user-imports/too-many-rows"],
] as const)("imports nothing from a file with %s, and says why", async ([, name, text, code]) => {
  const id = await imports.upload({ name, text });
  const failed = await imports.run(id, { as: "users" });
  expect(failed).toMatchObject({ status: "failed", done: 0, failure: { code } });
  expect(await listEmails()).toEqual([]);
  expect(await t.sql("SELECT FROM user_import_parts WHERE import_id = $1", [id])).toEqual([]);
});

test("parts come in order, the last one may be repeated, and none after the start", async () => {
  const owner = t.as(acme.owner);
  const wrong = await owner.post(imports.base, { fileName: "people.xlsx" });
  expect(wrong.json()).toMatchObject({ status: 422, errors: [{ path: "fileName" }] });
  const id = await imports.upload({ name: "people.jsonl", text: "" });
  const empty = await imports.start(id, { as: "users" });
  expect(empty.json()).toMatchObject({ status: 409, code: "user-imports/wrong-step" });
  const send = (number: number, text: string) => owner.post(`${imports.base}/${id}/parts`, { number, text });
  expect((await send(1, '{"email":"x@ne')).statusCode).toBe(204);
  expect((await send(1, '{"email":"x@ne')).statusCode).toBe(204);
  expect((await send(3, "")).statusCode).toBe(422);
  expect((await send(3, "x")).json()).toMatchObject({ code: "user-imports/wrong-step" });
  expect((await send(2, "x".repeat(maxImportPartLength + 1))).statusCode).toBe(422);
  expect((await send(2, 'w.test","id":"7"}\n')).statusCode).toBe(204);
  for (const columns of [{}, { id: "externalId" }, { email: "email", id: "email" }])
    expect((await imports.start(id, { as: "users", columns })).statusCode).toBe(422);
  const done = await imports.run(id, { as: "users", columns: { email: "email", id: "externalId" } });
  expect(done).toMatchObject({ status: "done", created: 1 });
  expect((await send(3, "x")).json()).toMatchObject({ code: "user-imports/wrong-step" });
  const [user] = await t.sql("SELECT external_id FROM users WHERE email = 'x@new.test'");
  expect(user?.["external_id"]).toBe("7");
});

test("a stopped import keeps what it created, a stopped check starts again, a waiting file is discarded", async () => {
  const owner = t.as(acme.owner);
  const text = `email\n${Array.from({ length: 50 }, (_, n) => `p${n}@new.test\n`).join("")}`;
  const id = await imports.upload({ text });
  expect((await imports.start(id, { as: "users", dryRun: true })).statusCode).toBe(202);
  expect((await owner.delete(`${imports.base}/${id}`)).statusCode).toBe(204);
  await t.drainOutbox();
  expect(await imports.get(id)).toMatchObject({ status: "uploaded", total: null, done: 0 });
  expect((await imports.start(id, { as: "users" })).statusCode).toBe(202);
  expect((await imports.start(id, { as: "users" })).json()).toMatchObject({
    code: "user-imports/wrong-step",
  });
  expect((await owner.delete(`${imports.base}/${id}`)).statusCode).toBe(204);
  await t.drainOutbox();
  expect(await imports.get(id)).toMatchObject({ status: "cancelled", done: 0 });
  expect(await listEmails()).toEqual([]);
  expect(await listActions("user-imports.%")).toEqual(["user-imports.started", "user-imports.stopped"]);

  const waiting = await imports.upload({ text });
  expect((await owner.delete(`${imports.base}/${waiting}`)).statusCode).toBe(204);
  expect(await imports.get(waiting)).toMatchObject({ status: "cancelled" });
  expect(await t.sql("SELECT FROM user_import_parts WHERE import_id = $1", [waiting])).toEqual([]);
  const listed = await owner.get(imports.base);
  expect(listed.json()).toMatchObject({ items: [{ id: waiting }, { id }], total: { count: 2 } });
});

/** A role of the organization with these permissions. */
async function roleWith(permissions: readonly string[]): Promise<string> {
  const body = { name: `Role ${permissions.length}`, permissions };
  const response = await t.as(acme.owner).post(`/organizations/${acme.organizationId}/roles`, body);
  return response.json<{ id: string }>().id;
}
