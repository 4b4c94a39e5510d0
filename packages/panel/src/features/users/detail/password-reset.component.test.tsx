import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { allPermissions, createMe, createUserDetails, listOf } from "../../../../test/fixtures.ts";
import { openPage } from "../../../../test/render.tsx";
import { json, problem, type Stubs } from "../../../../test/stub-api.ts";

const permissions = [...allPermissions, "users:reset-credentials"];

async function openUser(stubs: Stubs, held: readonly string[] = permissions): Promise<void> {
  await openPage("/users/elif", {
    "GET /me": createMe(held),
    "GET /organizations/:organizationId/users/:userId": () =>
      json(createUserDetails("Elif Demirci", []), '"1"'),
    "GET /organizations/:organizationId/users/:userId/permissions": listOf([]),
    "GET /organizations/:organizationId/audit-events": listOf([]),
    ...stubs,
  });
  await page.getByRole("button", { name: "More actions" }).click();
}

const item = () => page.getByRole("menuitem", { name: "Send password reset" });

test("says that the link is on its way to the user", async () => {
  await openUser({
    "POST /organizations/:organizationId/users/:userId/password-reset": { delivery: "queued" },
  });
  await item().click();
  await expect
    .element(page.getByText("A link to set a new password is on its way to Elif Demirci"))
    .toBeVisible();
});

test("shows the link once where there is no mail server", async () => {
  await openUser({
    "POST /organizations/:organizationId/users/:userId/password-reset": {
      url: "https://gatehouse.example/reset#token",
      expiresAt: "2030-01-01T09:30:00.000Z",
    },
  });
  await item().click();
  const dialog = page.getByRole("dialog", { name: "A new password for Elif Demirci" });
  await expect.element(dialog.getByRole("textbox")).toHaveValue("https://gatehouse.example/reset#token");
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
});

test("says why an account of several organizations gets no link", async () => {
  await openUser({
    "POST /organizations/:organizationId/users/:userId/password-reset": () =>
      problem(403, "forbidden/shared-account"),
  });
  await item().click();
  await expect.element(page.getByText(/Elif Demirci belongs to other organizations, too/)).toBeVisible();
});

test("is not offered without the permission", async () => {
  await openUser({}, allPermissions);
  await expect.element(page.getByRole("menuitem", { name: "Suspend" })).toBeVisible();
  expect(item().query()).toBeNull();
});
