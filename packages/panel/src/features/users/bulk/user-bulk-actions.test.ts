import type { UserView } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { countRoles, listApplicableActions } from "./user-bulk-actions.tsx";

const user = (status: UserView["status"], ...roles: string[]): UserView => ({
  id: roles.join(),
  accountId: "a",
  name: "Ada",
  email: "ada@example.test",
  status,
  twoFactor: false,
  roles: roles.map((id) => ({ id, name: id })),
  lastActiveAt: null,
  createdAt: "2026-01-01T00:00:00Z",
});

test("offers Suspend if a user is active and Restore if a user is suspended", () => {
  expect(listApplicableActions([user("active")], undefined)).toEqual({ suspend: true, restore: false });
  expect(listApplicableActions([user("suspended")], undefined)).toEqual({ suspend: false, restore: true });
  expect(listApplicableActions([user("active"), user("suspended")], undefined)).toEqual({
    suspend: true,
    restore: true,
  });
});

test("uses the status filter if all matching users are selected", () => {
  expect(listApplicableActions(null, "suspended")).toEqual({ suspend: false, restore: true });
  expect(listApplicableActions(null, "active")).toEqual({ suspend: true, restore: false });
  expect(listApplicableActions(null, undefined)).toEqual({ suspend: true, restore: true });
});

test("counts the users of each role", () => {
  const counts = countRoles([user("active", "viewer"), user("active", "viewer", "marketer")]);
  expect(Object.fromEntries(counts ?? [])).toEqual({ viewer: 2, marketer: 1 });
  expect(countRoles(null)).toBeNull();
});
