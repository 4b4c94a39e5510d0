import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { allPermissions, createMe, createUserDetails, listOf } from "../../../../test/fixtures.ts";
import { openPage } from "../../../../test/render.tsx";
import { json, noContent, problem, type Stubs } from "../../../../test/stub-api.ts";

async function openUser(stubs: Stubs, twoFactor = true): Promise<void> {
  await openPage("/users/elif", {
    "GET /me": createMe([...allPermissions, "users:reset-credentials"]),
    "GET /organizations/:organizationId/users/:userId": () =>
      json({ ...createUserDetails("Elif Demirci", []), twoFactor }, '"1"'),
    "GET /organizations/:organizationId/users/:userId/permissions": listOf([]),
    "GET /organizations/:organizationId/audit-events": listOf([]),
    ...stubs,
  });
  await page.getByRole("button", { name: "More actions" }).click();
}

async function openQuestion(stubs: Stubs): Promise<void> {
  await openUser(stubs);
  await page.getByRole("menuitem", { name: "Reset second factors…" }).click();
}

const route = "DELETE /organizations/:organizationId/users/:userId/second-factors";
const question = page.getByRole("alertdialog", { name: "Reset the second factors of Elif Demirci?" });
const confirm = question.getByRole("button", { name: "Reset second factors" });

test("asks first, then says what has changed", async () => {
  let count = 0;
  await openQuestion({
    [route]: () => {
      count += 1;
      return noContent();
    },
  });
  await question.getByRole("button", { name: "Cancel" }).click();
  expect(count).toBe(0);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Reset second factors…" }).click();
  await confirm.click();
  await expect.element(page.getByText("Elif Demirci signs in with the password alone now")).toBeVisible();
  expect(count).toBe(1);
});

test.each([
  ["forbidden/shared-account", /Elif Demirci belongs to other organizations, too/],
  ["second-factors/none", /Elif Demirci has no second factor/],
] as const)("says why it is refused: %s", async (code, text) => {
  await openQuestion({ [route]: () => problem(409, code) });
  await confirm.click();
  await expect.element(page.getByText(text)).toBeVisible();
});

test("is not offered for a user without a second factor", async () => {
  await openUser({}, false);
  await expect.element(page.getByRole("menuitem", { name: "Send password reset" })).toBeVisible();
  expect(page.getByRole("menuitem", { name: "Reset second factors…" }).query()).toBeNull();
});
