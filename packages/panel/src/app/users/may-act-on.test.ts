import { expect, test } from "vitest";
import { mayActOn } from "./may-act-on.ts";

const role = (id: string, permissions: string[]) => ({
  id,
  name: id,
  description: "",
  system: false,
  permissions,
  userCount: 0,
  invitationCount: 0,
  updatedAt: "2026-01-01T00:00:00Z",
});
const roles = [role("viewer", ["users:view"]), role("owner", ["users:view", "organization:edit"])];
const actor = { userId: "me", permissions: new Set(["users:view", "users:suspend"]) };
const user = (id: string, ...held: string[]) => ({ id, roles: held.map((name) => ({ id: name, name })) });

test("acts on people who hold no more than oneself", () => {
  expect(mayActOn(actor, user("ayse", "viewer"), roles)).toBe(true);
  expect(mayActOn(actor, user("ayse"), roles)).toBe(true);
});

test("leaves people alone who hold more through any role", () => {
  expect(mayActOn(actor, user("olive", "viewer", "owner"), roles)).toBe(false);
});

test("leaves oneself alone", () => {
  expect(mayActOn(actor, user("me", "viewer"), roles)).toBe(false);
});

test("leaves it to the server where the roles aren't known", () => {
  expect(mayActOn(actor, user("olive", "owner"), null)).toBe(true);
});
