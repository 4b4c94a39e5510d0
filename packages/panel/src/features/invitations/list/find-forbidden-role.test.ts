import { ownCatalogue } from "@gatehouse/access/catalogue";
import type { RoleView } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { createGrantCeiling } from "../../../lib/access/grant-ceiling.ts";
import { findForbiddenRole } from "./find-forbidden-role.ts";

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
const createCeiling = (...permissions: string[]) =>
  createGrantCeiling(ownCatalogue, { userId: "me", permissions, isOwner: false });
const offering = (...ids: string[]) => ({ roles: ids.map((id) => ({ id, name: id })) });

test("returns the first role that exceeds the actor's permissions, with the missing ones", () => {
  const ceiling = createCeiling("users:view", "users:invite");
  expect(findForbiddenRole(offering("viewer", "admin"), ceiling, roles)).toEqual({
    role: "admin",
    missing: ["users:remove"],
  });
});

test("returns null if nothing is missing or the roles are not loaded", () => {
  expect(findForbiddenRole(offering("viewer"), createCeiling("users:view"), roles)).toBeNull();
  expect(findForbiddenRole(offering("admin"), createCeiling(), null)).toBeNull();
});
