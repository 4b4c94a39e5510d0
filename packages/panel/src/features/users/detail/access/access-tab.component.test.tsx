import type { PermissionChange, UserDetails } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { createEvent, createRole, createUserDetails, listOf } from "../../../../../test/fixtures.ts";
import { openPage, press } from "../../../../../test/render.tsx";
import { json, problem } from "../../../../../test/stub-api.ts";

const roleNames = ["Marketer", "Viewer", "Approver"];
const preview: PermissionChange = { gained: [], lost: ["campaigns:view"] };
const remove = (role: string) => page.getByRole("button", { name: `Remove ${role}` });
const saveBar = page.getByRole("region", { name: "Unsaved changes" });
const note = page.getByRole("main").getByRole("alert");
const dialog = page.getByRole("dialog");

interface SavedRole {
  readonly id: string;
  readonly expiresAt: string | null;
}

function findEnd(roles: readonly SavedRole[], id: string): { readonly expiresAt?: string } {
  const expiresAt = roles.find((role) => role.id === id)?.expiresAt ?? null;
  return expiresAt === null ? {} : { expiresAt };
}

/** Opens a user with the roles Marketer and Viewer; `saveTheirs` saves other roles as another user. */
async function openUser() {
  const loaded = { user: createUserDetails("Elif Demirci", ["Marketer", "Viewer"]), version: 1 };
  const save = (user: UserDetails) => {
    loaded.user = user;
    loaded.version += 1;
    return json(user, String(loaded.version));
  };
  const api = await openPage("/users/elif", {
    "GET /organizations/:organizationId/roles": listOf(
      roleNames.map((name) => createRole({ id: name.toLowerCase(), name })),
    ),
    "GET /organizations/:organizationId/users/:userId": () => json(loaded.user, String(loaded.version)),
    "GET /organizations/:organizationId/users/:userId/permissions": listOf([]),
    "GET /organizations/:organizationId/audit-events": listOf([createEvent("Ayşe Yılmaz", "ayse")]),
    "PATCH /organizations/:organizationId/users/:userId": ({ query, body, ifMatch }) => {
      if (query.has("preview")) return preview;
      if (ifMatch !== String(loaded.version)) return problem(412, "request/stale");
      const { roles } = body as { readonly roles: readonly SavedRole[] };
      const names = roleNames.filter((name) => roles.some(({ id }) => id === name.toLowerCase()));
      const user = createUserDetails("Elif Demirci", names);
      return save({ ...user, roles: user.roles.map((role) => ({ ...role, ...findEnd(roles, role.id) })) });
    },
  });
  await expect.element(remove("Marketer")).toBeVisible();
  return {
    /** Saves roles as another user; `grantedAt` tells a role that was granted again from one that was kept. */
    saveTheirs(names: readonly string[], grantedAt?: string): void {
      const user = createUserDetails("Elif Demirci", names);
      save(
        grantedAt === undefined
          ? user
          : { ...user, roles: user.roles.map((role) => ({ ...role, grantedAt })) },
      );
    },
    announce: () => api.emitChange({ action: "users.roles-changed", target: { type: "user", id: "elif" } }),
    heldRoles: () => loaded.user.roles.map(({ name }) => name),
  };
}

async function reviewAndSave(name: RegExp): Promise<void> {
  await press("Control+s");
  await expect.element(dialog.getByRole("button", { name })).toHaveFocus();
  await expect.element(dialog.getByText(/Takes effect immediately\./)).toBeVisible();
  await expect.element(dialog.getByRole("button", { name })).not.toHaveAttribute("aria-busy");
  await press("Enter");
}

test("removing a role is staged, listed in the save bar and can be taken back by keyboard", async () => {
  await openUser();
  remove("Viewer").element().focus();
  await press("Enter");
  await expect.element(page.getByText("Will be removed")).toBeVisible();
  await expect.element(saveBar.getByText("1 change")).toBeVisible();
  page.getByRole("button", { name: "Keep Viewer" }).element().focus();
  await press("Enter");
  await expect.element(saveBar).not.toBeInTheDocument();
  await expect.element(remove("Viewer")).toBeVisible();
});

test("another user's change appears while a change is staged, which is kept", async () => {
  const { saveTheirs, announce } = await openUser();
  await remove("Viewer").click();
  saveTheirs(["Marketer", "Viewer", "Approver"]);
  announce();
  await expect.element(note).toMatchTextContent(/^Ayşe Yılmaz changed these roles/);
  await expect.element(note).toMatchTextContent("Added: Approver.");
  await expect.element(remove("Approver")).toBeVisible();
  await expect.element(page.getByText("Will be removed")).toBeVisible();
  await page.getByRole("button", { name: "Discard" }).click();
  await expect.element(note).not.toBeInTheDocument();
});

test("a conflict at saving is shown inside the review, and the same key saves onto the newer version", async () => {
  const { saveTheirs, heldRoles } = await openUser();
  await remove("Viewer").click();
  saveTheirs(["Viewer", "Approver"]);
  await reviewAndSave(/^Save 1 change/);
  const inReview = dialog.getByRole("alert");
  await expect.element(inReview).toMatchTextContent("Added: Approver.");
  await expect.element(inReview).toMatchTextContent("Removed: Marketer.");
  expect(heldRoles()).toEqual(["Viewer", "Approver"]);
  await expect.element(dialog.getByRole("button", { name: /^Save 1 change/ })).toHaveFocus();
  await expect
    .element(dialog.getByRole("button", { name: /^Save 1 change/ }))
    .not.toHaveAttribute("aria-busy");
  await press("Enter");
  await expect.element(page.getByText("The roles of Elif Demirci are saved")).toBeVisible();
  expect(heldRoles()).toEqual(["Approver"]);
});

test("a role that was given again has to be removed or kept before saving", async () => {
  const { saveTheirs, announce } = await openUser();
  await remove("Viewer").click();
  await remove("Marketer").click();
  saveTheirs(["Marketer", "Viewer"], "2026-04-04T10:00:00.000Z");
  announce();
  await expect.element(note).toMatchTextContent("Viewer was given again. Remove it anyway?");
  await expect.element(saveBar.getByText("Choose above before you save")).toBeVisible();
  await press("Control+s");
  await expect.element(dialog).not.toBeInTheDocument();

  note.getByRole("button", { name: "Keep Viewer" }).element().focus();
  await press("Enter");
  await expect.element(note).not.toMatchTextContent("Viewer was given again");
  note.getByRole("button", { name: "Remove Marketer" }).element().focus();
  await press("Enter");
  await expect.element(saveBar.getByText("1 change")).toBeVisible();
  await expect.element(saveBar.getByRole("button", { name: /^Review and save/ })).toBeVisible();
});

test("undoing a save while another change is staged shows no conflict", async () => {
  const { heldRoles } = await openUser();
  await remove("Marketer").click();
  await reviewAndSave(/^Save 1 change/);
  const undo = page.getByRole("main").getByRole("status").getByRole("button", { name: "Undo" });
  await expect.element(undo).toBeVisible();
  expect(heldRoles()).toEqual(["Viewer"]);
  await remove("Viewer").click();
  await undo.click();
  await expect.element(page.getByText("The roles of Elif Demirci are as before")).toBeVisible();
  await expect.element(remove("Marketer")).toBeVisible();
  await expect.element(page.getByText("Will be removed")).toBeVisible();
  await expect.element(note).not.toBeInTheDocument();
});

test("a role gets an end, which one press extends, and the review and the table show it", async () => {
  const { heldRoles } = await openUser();
  page.getByRole("button", { name: "Set an end Viewer" }).element().focus();
  await press("Enter");
  await expect.element(dialog.getByText("Elif Demirci has this role for")).toBeVisible();
  await dialog.getByRole("button", { name: "Set end" }).click();
  await expect.element(page.getByText("New end")).toBeVisible();
  await expect.element(saveBar.getByText(/^Viewer until /)).toBeVisible();
  const first = saveBar.getByText(/^Viewer until /).element().textContent;

  await page.getByRole("button", { name: "Extend by 30 days Viewer" }).click();
  expect(saveBar.getByText(/^Viewer until /).element().textContent).not.toBe(first);
  await expect.element(saveBar.getByText("1 change")).toBeVisible();

  await reviewAndSave(/^Save 1 change/);
  await expect.element(page.getByText("The roles of Elif Demirci are saved")).toBeVisible();
  await expect.element(page.getByRole("button", { name: "Change end Viewer" })).toBeVisible();
  await expect.element(page.getByRole("button", { name: "Set an end Marketer" })).toBeVisible();
  expect(heldRoles()).toEqual(["Marketer", "Viewer"]);
});
