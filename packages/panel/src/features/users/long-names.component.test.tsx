import type { UserJobView } from "@gatehouse/sdk/contract";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { page } from "vitest/browser";
import { findOverflow } from "../../../test/find-overflow.ts";
import {
  allPermissions,
  createInvitation,
  createMe,
  createRole,
  createUser,
  createUserDetails,
  listOf,
} from "../../../test/fixtures.ts";
import { openPage, press } from "../../../test/render.tsx";
import { json } from "../../../test/stub-api.ts";

const word = "Regionalvertriebsleitungsassistenzvertretung";
const letters = (count: number) => word.repeat(5).slice(0, count);
const longestRoleName = 100;
const roleId = "00000000-0000-7000-8000-000000000001";
const dialog = page.getByRole("dialog");

/** Names without a space: of 80 letters, and as long as they may be. */
describe.each([
  [320, 80],
  [320, 200],
  [1280, 200],
])("at %i px, names of %i letters", (width, length) => {
  const name = letters(length);
  const roleName = letters(Math.min(length, longestRoleName));
  const role = createRole({ id: roleId, name: roleName, permissions: ["campaigns:approve"] });
  const user = createUser(name, { id: "long", roles: [{ id: roleId, name: roleName }] });
  const job: UserJobView = {
    id: "job",
    action: "add-role",
    role: { id: roleId, name: roleName },
    status: "done",
    total: 2,
    done: 2,
    succeeded: 1,
    changed: 1,
    failed: 1,
    createdBy: { type: "user", id: "long", name },
    createdAt: "2026-03-03T10:00:00.000Z",
    finishedAt: "2026-03-03T10:00:00.000Z",
  };
  const stubs = {
    "GET /organizations/:organizationId/users": listOf([user, createUser("Ada Lovelace")]),
    "GET /organizations/:organizationId/roles": listOf([role, createRole()]),
    "GET /organizations/:organizationId/user-jobs": listOf([
      job,
      { ...job, id: "undo", action: "remove-role" as const, undoes: "other" },
      { ...job, id: "running", status: "running" as const, finishedAt: null, done: 1 },
    ]),
    "GET /organizations/:organizationId/user-jobs/:jobId": job,
    "GET /organizations/:organizationId/user-jobs/:jobId/results": listOf([
      {
        userId: "long",
        name,
        email: `${letters(60)}@lodos.example`,
        outcome: "refused" as const,
        code: "users/not-found",
      },
    ]),
    "POST /organizations/:organizationId/user-jobs": job,
    "POST /organizations/:organizationId/user-jobs/preview": {
      total: 2,
      changed: 1,
      unchanged: 1,
      refused: 1,
      owners: 0,
      gained: [{ permission: "campaigns:approve", users: 1 }],
      lost: [],
    },
  };

  beforeEach(async () => {
    await page.viewport(width, 800);
    onTestFinished(() => page.viewport(1280, 800));
  });

  test("fit into the row menu of a user, and into the dialogs that it opens", async () => {
    await openPage("/users", stubs);
    await page.getByRole("button", { name: `Actions for ${name}` }).click();
    await expect.element(page.getByRole("menu")).toBeVisible();
    expect(findOverflow()).toEqual([]);
    await page.getByRole("menuitem", { name: "Remove…" }).click();
    await expect.element(page.getByRole("alertdialog").getByText(new RegExp(name)).first()).toBeVisible();
    expect(findOverflow()).toEqual([]);
  });

  test("fit into the row menu of an invitation, with the reason that names the role", async () => {
    await openPage("/invitations", {
      ...stubs,
      "GET /me": createMe([
        ...allPermissions.filter((permission) => permission !== "campaigns:approve"),
        "invitations:send",
        "invitations:revoke",
      ]),
      "GET /organizations/:organizationId/invitations": listOf([
        createInvitation("long@lodos.example", { name, roles: [{ id: roleId, name: roleName }] }),
      ]),
    });
    await page.getByRole("button", { name: "Actions for long@lodos.example" }).click();
    await expect.element(page.getByRole("menuitem", { name: new RegExp(roleName) })).toBeVisible();
    expect(findOverflow()).toEqual([]);
  });

  test("fit into the filters and the choice of roles of an invitation", async () => {
    await openPage(`/users?role=${roleId}`, {
      ...stubs,
      "GET /organizations/:organizationId": () => new Response(null, { status: 403 }),
    });
    await page.getByRole("button", { name: width < 600 ? "Filters (1)" : `Role: ${roleName}` }).click();
    const choice =
      width < 600
        ? dialog.getByRole("radio", { name: roleName })
        : page.getByRole("option", { name: roleName });
    await expect.element(choice).toBeInTheDocument();
    expect(findOverflow()).toEqual([]);
    await press("Escape");
    await page.getByRole("button", { name: "Invite user" }).click();
    await expect.element(dialog.getByRole("checkbox", { name: roleName })).toBeVisible();
    expect(findOverflow()).toEqual([]);
  });

  test("fit into the page that invites many", async () => {
    await openPage("/invitations/new", {
      ...stubs,
      "GET /organizations/:organizationId": () => new Response(null, { status: 403 }),
    });
    await expect.element(page.getByRole("checkbox", { name: roleName })).toBeVisible();
    expect(findOverflow()).toEqual([]);
  });

  test("fit into the dialogs and the result of a bulk change", async () => {
    await openPage("/users", stubs);
    await page.getByRole("checkbox", { name: `Select ${name}` }).click();
    await page.getByRole("checkbox", { name: "Select Ada Lovelace" }).click();
    await page.getByRole("button", { name: "Add role" }).click();
    await dialog.getByRole("radio", { name: roleName }).click();
    expect(findOverflow()).toEqual([]);
    await dialog.getByRole("button", { name: "Review" }).click();
    await expect.element(dialog.getByText("1 person gets it")).toBeVisible();
    expect(findOverflow()).toEqual([]);
    await dialog.getByRole("checkbox").click();
    await dialog.getByRole("button", { name: /^Add/ }).click();
    await expect.element(page.getByText(new RegExp(`^${roleName} added to 1 user`))).toBeVisible();
    expect(findOverflow()).toEqual([]);
    await page.getByRole("button", { name: "Show why" }).click();
    await expect.element(dialog.getByText(name, { exact: true })).toBeVisible();
    expect(findOverflow()).toEqual([]);
  });

  test("fit into the list of bulk changes and its results", async () => {
    await openPage("/users/changes", stubs);
    const list = page.getByRole("list", { name: "Bulk changes" });
    await expect.element(list.getByText(`Adding ${roleName} to 2 users`)).toBeVisible();
    expect(findOverflow()).toEqual([]);
    await list
      .getByRole("button", { name: /^Show why/ })
      .first()
      .click();
    await expect.element(dialog.getByText(name, { exact: true })).toBeVisible();
    expect(findOverflow()).toEqual([]);
  });

  test("fit into a user's page and its choice of roles", async () => {
    const details = { ...createUserDetails(name, [roleName]), id: "long" };
    await openPage("/users/long", {
      ...stubs,
      "GET /organizations/:organizationId/roles": listOf([
        createRole({ id: roleName.toLowerCase(), name: roleName }),
        createRole({ id: "other", name: `${roleName.slice(0, -1)}X` }),
      ]),
      "GET /organizations/:organizationId/users/:userId": () => json(details, "1"),
      "GET /organizations/:organizationId/users/:userId/permissions": listOf([]),
    });
    await expect.element(page.getByRole("button", { name: `Remove ${roleName}` })).toBeVisible();
    expect(findOverflow()).toEqual([]);
    await page.getByRole("button", { name: "Add role" }).click();
    await expect.element(page.getByText(`${roleName.slice(0, -1)}X`).first()).toBeVisible();
    expect(findOverflow()).toEqual([]);
  });
});
