import { expect, test } from "vitest";
import { type Change, isConcerned } from "./concerned.ts";

const o = "/organizations/:organizationId";
const change = (action: string, id = "u1", type = "user"): Change => ({ action, target: { type, id } });
const asked = (name: string, call: unknown = {}) => ({ name: `GET ${o}${name}`, call });
const oneUser = (userId: string) => asked("/users/:userId", { params: { userId } });

test("a change of a user concerns every list of users, that user alone, and who holds which role", () => {
  const edited = change("users.roles-changed");
  expect(isConcerned(asked("/users", { query: { limit: "50" } }), edited)).toBe(true);
  expect(isConcerned(asked("/permissions/:permission/users"), edited)).toBe(true);
  expect(isConcerned(asked("/roles", "all"), edited)).toBe(true);
  expect(isConcerned(oneUser("u1"), edited)).toBe(true);
  expect(isConcerned(oneUser("u2"), edited)).toBe(false);
  expect(isConcerned(asked("/users/:userId/sessions", { params: { userId: "u1" } }), edited)).toBe(true);
  expect(isConcerned(asked("/invitations"), edited)).toBe(false);
  expect(isConcerned(asked("/permissions"), edited)).toBe(false);
});

test("a change of a role concerns whoever may hold it", () => {
  const edited = change("roles.edited", "r1", "role");
  expect(isConcerned(oneUser("u2"), edited)).toBe(true);
  expect(isConcerned(asked("/users/:userId/permissions", { params: { userId: "u2" } }), edited)).toBe(true);
  expect(isConcerned(asked("/roles/:roleId", { params: { roleId: "r1" } }), edited)).toBe(true);
  expect(isConcerned(asked("/roles/:roleId", { params: { roleId: "r2" } }), edited)).toBe(false);
  expect(isConcerned(asked("/invitations"), edited)).toBe(true);
});

test("an invitation concerns the lists and counts of invitations, and itself", () => {
  const sent = change("invitations.sent", "i1", "invitation");
  expect(isConcerned(asked("/invitations"), sent)).toBe(true);
  expect(isConcerned(asked("/invitations/counts"), sent)).toBe(true);
  const one = (invitationId: string) => asked("/invitations/:invitationId", { params: { invitationId } });
  expect([one("i1"), one("i2")].map((query) => isConcerned(query, sent))).toEqual([true, false]);
  expect(isConcerned(asked("/users"), sent)).toBe(false);
});

test("the log is concerned by everything that its filter lets through", () => {
  const exported = change("audit.exported", "o1", "organization");
  const log = (query: object) => asked("/audit-events", { query });
  expect(isConcerned(log({ limit: "50" }), exported)).toBe(true);
  expect(isConcerned(log({ target: "o1" }), exported)).toBe(true);
  expect(isConcerned(log({ target: "u1" }), exported)).toBe(false);
  expect(isConcerned(asked("/audit-events", "of"), exported)).toBe(false);
});

test("what nobody knows concerns nothing", () => {
  for (const action of ["webhooks.sent", "constructor.x", "nonsense"])
    expect(isConcerned(asked("/users"), change(action))).toBe(false);
});
