import type { RoleView } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { roleBeyond } from "./may-act-on.ts";

const role = (id: string, permissions: string[]): RoleView => ({
  id,
  name: id,
  description: "",
  system: false,
  permissions,
  userCount: 0,
  invitationCount: 0,
  updatedAt: "2026-01-01T00:00:00Z",
});
const roles = [role("viewer", ["users:view"]), role("admin", ["users:view", "users:invite", "users:remove"])];
const offering = (...ids: string[]) => ({ roles: ids.map((id) => ({ id, name: id })) });

test("names the first role that gives more than one holds, and what is missing", () => {
  const held = new Set(["users:view", "users:invite"]);
  expect(roleBeyond(offering("viewer", "admin"), held, roles)).toEqual({
    role: "admin",
    missing: ["users:remove"],
  });
});

test("is silent where nothing is missing, and where the roles aren't known", () => {
  expect(roleBeyond(offering("viewer"), new Set(["users:view"]), roles)).toBeNull();
  expect(roleBeyond(offering("admin"), new Set(), null)).toBeNull();
});
