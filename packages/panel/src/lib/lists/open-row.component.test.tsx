import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { createRole, createUser, createUserDetails, listOf } from "../../../test/fixtures.ts";
import { openPage } from "../../../test/render.tsx";
import { json } from "../../../test/stub-api.ts";

const users = ["Ada Lovelace", "Elif Demirci"].map((name) => createUser(name));
const row = page.getByRole("row").filter({ has: page.getByRole("link", { name: /Elif Demirci/ }) });
const status = row.getByText("Active");

async function openList(): Promise<void> {
  await openPage("/users", {
    "GET /organizations/:organizationId/users": listOf(users),
    "GET /organizations/:organizationId/users/:userId": () =>
      json(createUserDetails("Elif Demirci", []), "1"),
    "GET /organizations/:organizationId/users/:userId/permissions": listOf([]),
  });
  await expect.element(status).toBeVisible();
}

test("a click beside the link of a row opens its page", async () => {
  await openList();
  await status.click();
  await expect.element(page.getByRole("heading", { level: 1, name: "Elif Demirci" })).toBeVisible();
  expect(location.pathname).toBe("/users/elif");
});

test("checkboxes, menus, modifiers, other buttons and selected text keep their meaning", async () => {
  await openList();
  await page.getByRole("checkbox", { name: "Select Elif Demirci" }).click();
  const pick = row.element().querySelector("[data-row-checkbox]")?.closest("td, th");
  pick?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  status.element().dispatchEvent(new MouseEvent("click", { bubbles: true, button: 1 }));
  status.element().dispatchEvent(new MouseEvent("click", { bubbles: true, ctrlKey: true }));
  getSelection()?.selectAllChildren(status.element());
  status.element().dispatchEvent(new MouseEvent("click", { bubbles: true }));
  getSelection()?.removeAllRanges();
  await page.getByRole("button", { name: "Actions for Elif Demirci" }).click();
  await expect.element(page.getByRole("menu")).toBeVisible();
  expect(location.pathname).toBe("/users");
});

test("a row of the roles opens its page", async () => {
  await openPage("/roles", {
    "GET /organizations/:organizationId/roles": listOf([createRole()]),
    "GET /organizations/:organizationId/roles/:roleId": () => json(createRole(), "1"),
  });
  await page.getByRole("cell", { name: "Custom role" }).click();
  await expect.element(page.getByRole("heading", { level: 1, name: "Marketer" })).toBeVisible();
});
