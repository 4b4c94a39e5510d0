import { afterAll, expect, test } from "vitest";
import { createTestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import { createOperator } from "../../../test/operator.ts";
import { checkImportedInvitations, importInvitations } from "./import-invitations.ts";
import type { RowFields, RowResult } from "./import-row.ts";

const t = await createTestApp();
const lodos = await t.organization("Lodos Retail");
const operator = await createOperator(t, lodos);
afterAll(() => t.close());

const toRows = (fields: readonly RowFields[]) =>
  fields.map((one, index) => ({ line: index + 2, fields: one }));
const invite = (fields: readonly RowFields[]) => importInvitations(t.deps, operator, toRows(fields), {});
const check = (fields: readonly RowFields[]) =>
  checkImportedInvitations(t.deps, operator, toRows(fields), {});
const summarize = (results: readonly RowResult[]) =>
  results.map(({ outcome, refusal }) => refusal?.code ?? outcome);

test("invites each row, sends one e-mail each, and the same rows again change nothing", async () => {
  const member = await t.user(lodos, { email: "member@example.test", roles: ["viewer"] });
  const rows = [
    { email: "One@Example.test", name: "One", roles: "Viewer" },
    { email: "two@example.test", roles: "Viewer; Marketer", externalId: "crm-2" },
    { email: member.email, roles: "Viewer" },
    { email: member.email.replace("member", "Member"), roles: "Viewer" },
    { email: "nobody", roles: "Viewer" },
    { email: "three@example.test", roles: "No such role" },
  ];
  const codes = ["created", "created", "unchanged", "imports/duplicate", "email/invalid", "roles/unknown"];
  const untouched = await readDatabaseState(t);
  expect(summarize(await check(rows))).toEqual(codes);
  expect(await readDatabaseState(t)).toEqual(untouched);

  expect(summarize(await invite(rows))).toEqual(codes);
  await t.drainOutbox();
  expect(t.mailbox.messages.map(({ to }) => to).sort()).toEqual(["one@example.test", "two@example.test"]);
  const stored = await t.sql(
    "SELECT email, name, external_id, invited_by_name FROM invitations ORDER BY email",
  );
  expect(stored).toEqual([
    { email: "one@example.test", name: "One", external_id: null, invited_by_name: "Command line" },
    { email: "two@example.test", name: null, external_id: "crm-2", invited_by_name: "Command line" },
  ]);

  const before = await readDatabaseState(t);
  expect(summarize(await invite(rows))).toEqual(["unchanged", "unchanged", ...codes.slice(2)]);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("replaces a pending invitation that offers something else, and refuses a user who has other roles", async () => {
  await invite([{ email: "changed@example.test", roles: "Viewer" }]);
  const member = await t.user(lodos, { email: "other-roles@example.test", roles: ["viewer"] });
  const rows = [
    { email: "changed@example.test", roles: "Marketer" },
    { email: member.email, roles: "Marketer" },
  ];

  expect(summarize(await check(rows))).toEqual(["updated", "invitations/already-user"]);
  expect(summarize(await invite(rows))).toEqual(["updated", "invitations/already-user"]);

  const offered = await t.sql(
    "SELECT r.name FROM invitations i JOIN invitation_roles USING (invitation_id) JOIN roles r USING (role_id) WHERE i.email = 'changed@example.test'",
  );
  expect(offered).toEqual([{ name: "Marketer" }]);
});
