import { expect, test } from "vitest";
import { type Change, isAffected } from "./affected-queries.ts";

const o = "/organizations/:organizationId";
const change = (action: string, id = "u1", type = "user"): Change => ({ action, target: { type, id } });
const query = (name: string, call: unknown = {}) => ({ name: `GET ${o}${name}`, call });
const oneUser = (userId: string) => query("/users/:userId", { params: { userId } });

test("a change of a user affects lists of users, this user, and lists of permission holders", () => {
  const edited = change("users.roles-changed");
  expect(isAffected(query("/users", { query: { limit: "50" } }), edited)).toBe(true);
  expect(isAffected(query("/permissions/:permission/users"), edited)).toBe(true);
  expect(isAffected(query("/roles", "all"), edited)).toBe(true);
  expect(isAffected(oneUser("u1"), edited)).toBe(true);
  expect(isAffected(oneUser("u2"), edited)).toBe(false);
  expect(isAffected(query("/users/:userId/sessions", { params: { userId: "u1" } }), edited)).toBe(true);
  expect(isAffected(query("/invitations"), edited)).toBe(false);
  expect(isAffected(query("/permissions"), edited)).toBe(false);
});

test("a change of a role affects every user and invitation", () => {
  const edited = change("roles.edited", "r1", "role");
  expect(isAffected(oneUser("u2"), edited)).toBe(true);
  expect(isAffected(query("/users/:userId/permissions", { params: { userId: "u2" } }), edited)).toBe(true);
  expect(isAffected(query("/roles/:roleId", { params: { roleId: "r1" } }), edited)).toBe(true);
  expect(isAffected(query("/roles/:roleId", { params: { roleId: "r2" } }), edited)).toBe(false);
  expect(isAffected(query("/invitations"), edited)).toBe(true);
});

test("a change of an invitation affects lists and counts of invitations, and this invitation", () => {
  const sent = change("invitations.sent", "i1", "invitation");
  expect(isAffected(query("/invitations"), sent)).toBe(true);
  expect(isAffected(query("/invitations/counts"), sent)).toBe(true);
  const one = (invitationId: string) => query("/invitations/:invitationId", { params: { invitationId } });
  expect([one("i1"), one("i2")].map((query) => isAffected(query, sent))).toEqual([true, false]);
  expect(isAffected(query("/users"), sent)).toBe(false);
});

test("every change affects the audit log that its filter matches", () => {
  const exported = change("audit.exported", "o1", "organization");
  const log = (filter: object) => query("/audit-events", { query: filter });
  expect(isAffected(log({ limit: "50" }), exported)).toBe(true);
  expect(isAffected(log({ target: "o1" }), exported)).toBe(true);
  expect(isAffected(log({ target: "u1" }), exported)).toBe(false);
  expect(isAffected(query("/audit-events", "of"), exported)).toBe(false);
});

test("an unknown action affects nothing", () => {
  for (const action of ["webhooks.sent", "constructor.x", "nonsense"])
    expect(isAffected(query("/users"), change(action))).toBe(false);
});
