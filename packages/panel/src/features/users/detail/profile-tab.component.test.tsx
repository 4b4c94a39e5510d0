import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { createMe, createUserDetails, listOf } from "../../../../test/fixtures.ts";
import { openPage } from "../../../../test/render.tsx";
import { json } from "../../../../test/stub-api.ts";

const nameField = page.getByRole("textbox", { name: "Name" });
const phoneField = page.getByRole("textbox", { name: /^Phone/ });
const save = page.getByRole("button", { name: /^Save profile/ });

async function openProfile() {
  const sent: unknown[] = [];
  const user = createUserDetails("Elif Demirci", []);
  await openPage("/users/elif?tab=profile", {
    "GET /me": createMe(["users:view", "users:edit", "roles:view"]),
    "GET /organizations/:organizationId/roles": listOf([]),
    "GET /organizations/:organizationId/users/:userId": () => json(user, "1"),
    "GET /organizations/:organizationId/users/:userId/permissions": listOf([]),
    "PATCH /organizations/:organizationId/users/:userId": ({ body }) => {
      sent.push(body);
      const errors = [{ path: "phone", code: "invalid/invalid-format", detail: "Write a phone number." }];
      return Response.json(
        { status: 422, code: "request/invalid", title: "Invalid", errors },
        { status: 422, headers: { "content-type": "application/problem+json" } },
      );
    },
  });
  return sent;
}

test("an empty name has one error, and sends nothing", async () => {
  const sent = await openProfile();
  await nameField.fill(" ");
  await save.click();
  await expect.element(nameField).toHaveFocus();
  await expect.element(nameField).toHaveAccessibleDescription(/^Enter a name\./);
  expect(page.getByText("Enter a name.").elements()).toHaveLength(1);
  expect(page.getByRole("main").getByRole("alert").elements()).toHaveLength(0);
  expect(sent).toEqual([]);
});

test("an error that a field shows isn't repeated below the form", async () => {
  await openProfile();
  await phoneField.fill("+90 abc");
  await save.click();
  await expect.element(phoneField).toHaveAccessibleDescription(/Write a phone number\./);
  expect(page.getByRole("main").getByRole("alert").elements()).toHaveLength(0);
});

test("says how the name relates to that of the account", async () => {
  await openProfile();
  await expect
    .element(nameField)
    .toHaveAccessibleDescription("It changes with the person’s account until someone changes it here.");
});
