import { ownCatalogue, restoreCatalogue } from "@gatehouse/access/catalogue";
import type { RoleView } from "@gatehouse/sdk/contract";
import { setupI18n } from "@lingui/core";
import { describe, expect, test } from "vitest";
import { messages as english } from "../../messages/en/shell.po";
import { messages as turkish } from "../../messages/tr/shell.po";
import { createGrantCeiling, findForbiddenRole, formatCeilingError } from "./grant-ceiling.ts";

describe("createGrantCeiling", () => {
  const action = (permission: string, implies: readonly string[] = []) => ({
    permission,
    label: permission,
    sensitive: false,
    implies: [...implies],
  });
  const catalogue = restoreCatalogue([
    {
      key: "campaigns",
      label: "Campaigns",
      actions: [
        action("campaigns:view"),
        action("campaigns:edit", ["campaigns:view"]),
        action("campaigns:approve"),
      ],
    },
  ]);
  const role = (id: string, permissions: readonly string[], system = false) => ({
    id,
    name: id,
    description: "",
    defaultName: id,
    defaultDescription: "",
    translations: {},
    system,
    permissions: [...permissions],
    userCount: 0,
    invitationCount: 0,
    template: null,
    updatedAt: "2026-01-01T00:00:00Z",
  });
  const viewer = role("viewer", ["campaigns:view"]);
  const editor = role("editor", ["campaigns:edit"]);
  const approver = role("approver", ["campaigns:approve"]);
  const owner = role("owner", catalogue.permissions, true);
  const roles = [viewer, editor, approver, owner];
  const user = (id: string, ...held: readonly string[]) => ({
    id,
    roles: held.map((name) => ({ id: name, name })),
  });
  const ceiling = createGrantCeiling(catalogue, {
    userId: "me",
    permissions: ["campaigns:view", "campaigns:edit"],
    isOwner: false,
  });

  test("a role can be granted when all its permissions are held", () => {
    expect(ceiling.checkRole(viewer)).toEqual({ allowed: true });
    expect(ceiling.checkRole(editor)).toEqual({ allowed: true });
    expect(ceiling.checkRole(approver)).toEqual({ allowed: false, missing: ["campaigns:approve"] });
  });

  test("a denial lists the chosen permissions of the role, without implied ones", () => {
    const nothing = createGrantCeiling(catalogue, { userId: "me", permissions: [], isOwner: false });
    expect(nothing.checkRole(editor)).toEqual({ allowed: false, missing: ["campaigns:edit"] });
    expect(nothing.checkPermissions(["campaigns:edit"])).toEqual({
      allowed: false,
      missing: ["campaigns:view", "campaigns:edit"],
    });
  });

  test("only an owner can grant the owner role, and everybody with its permissions can revoke it", () => {
    const everything = { userId: "me", permissions: catalogue.permissions };
    const manager = createGrantCeiling(catalogue, { ...everything, isOwner: false });
    expect(manager.checkRole(owner)).toEqual({ allowed: false, missing: [] });
    expect(manager.canRevoke(owner)).toBe(true);
    expect(createGrantCeiling(catalogue, { ...everything, isOwner: true }).checkRole(owner).allowed).toBe(
      true,
    );
    expect(ceiling.canRevoke(owner)).toBe(false);
  });

  test("a user can act on others whose permissions they all hold, and not on themselves", () => {
    expect(ceiling.canActOn(user("ayse", "viewer", "editor"), roles)).toBe(true);
    expect(ceiling.canActOn(user("ayse"), roles)).toBe(true);
    expect(ceiling.canActOn(user("olive", "viewer", "approver"), roles)).toBe(false);
    expect(ceiling.canActOn(user("me", "viewer"), roles)).toBe(false);
  });

  test("everything is allowed until catalogue and roles are loaded, except acting on oneself", () => {
    expect(ceiling.canActOn(user("olive", "owner"), null)).toBe(true);
    const loading = createGrantCeiling(null, { userId: "me", permissions: [], isOwner: false });
    expect(loading.checkRole(owner).allowed).toBe(true);
    expect(loading.checkPermissions(["campaigns:edit"]).allowed).toBe(true);
    expect(loading.canRevoke(owner)).toBe(true);
    expect(loading.canActOn(user("olive", "owner"), roles)).toBe(true);
    expect(loading.canActOn(user("me"), roles)).toBe(false);
  });

  const i18n = setupI18n({ locale: "en", messages: { en: english, tr: turkish } });
  const inTurkish = setupI18n({ locale: "tr", messages: { en: english, tr: turkish } });
  const labels = new Map([
    ["campaigns:edit", "Campaigns: Edit"],
    ["campaigns:approve", "Campaigns: Approve"],
  ]);

  test("names up to two missing permissions and counts the others", () => {
    const format = (...missing: readonly string[]) => formatCeilingError("Approver", missing, labels, i18n);
    expect(format("campaigns:approve")).toBe(
      "You can’t give Approver: it includes “Campaigns: Approve”, which you don’t have.",
    );
    expect(format("campaigns:edit", "campaigns:approve")).toBe(
      "You can’t give Approver: it includes “Campaigns: Edit” and “Campaigns: Approve”, which you don’t have.",
    );
    expect(format("campaigns:edit", "campaigns:approve", "x:y")).toContain("and 1 more permission that");
    expect(format("campaigns:edit", "campaigns:approve", "x:y", "x:z")).toContain(
      "and 2 more permissions that",
    );
    expect(format("x:y")).toContain("“x:y”");
    expect(format()).toContain("future permissions");
  });

  test("formats the error in Turkish", () => {
    const text = formatCeilingError("Approver", ["campaigns:approve"], labels, inTurkish);
    expect(text).toContain("“Campaigns: Approve”");
    expect(text).not.toContain("You can’t");
  });
});

describe("findForbiddenRole", () => {
  const role = (id: string, permissions: string[]): RoleView => ({
    id,
    name: id,
    description: "",
    defaultName: id,
    defaultDescription: "",
    translations: {},
    system: false,
    permissions,
    userCount: 0,
    invitationCount: 0,
    template: null,
    updatedAt: "2026-01-01T00:00:00Z",
  });
  const roles = [
    role("viewer", ["users:view"]),
    role("admin", ["users:view", "users:invite", "users:remove"]),
  ];
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
});
