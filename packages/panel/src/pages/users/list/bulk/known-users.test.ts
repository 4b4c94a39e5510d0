import type { UserView } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { countRoles, usefulActions } from "./known-users.ts";

const user = (status: UserView["status"], ...roles: string[]): UserView => ({
  id: roles.join(),
  accountId: "a",
  name: "Ada",
  email: "ada@example.test",
  status,
  roles: roles.map((id) => ({ id, name: id })),
  lastActiveAt: null,
  createdAt: "2026-01-01T00:00:00Z",
});

test("offers to suspend where somebody is active, and to restore where somebody is suspended", () => {
  expect(usefulActions([user("active")], undefined)).toEqual({ suspend: true, restore: false });
  expect(usefulActions([user("suspended")], undefined)).toEqual({ suspend: false, restore: true });
  expect(usefulActions([user("active"), user("suspended")], undefined)).toEqual({
    suspend: true,
    restore: true,
  });
});

test("goes by the filter where all are selected, known or not", () => {
  expect(usefulActions(null, "suspended")).toEqual({ suspend: false, restore: true });
  expect(usefulActions(null, "active")).toEqual({ suspend: true, restore: false });
  expect(usefulActions(null, undefined)).toEqual({ suspend: true, restore: true });
});

test("counts who holds a role", () => {
  const counts = countRoles([user("active", "viewer"), user("active", "viewer", "marketer")]);
  expect(Object.fromEntries(counts ?? [])).toEqual({ viewer: 2, marketer: 1 });
  expect(countRoles(null)).toBeNull();
});
