import type { MeView } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { createMe, listOf } from "../../../test/fixtures.ts";
import { openPage } from "../../../test/render.tsx";

type Membership = MeView["organizations"][number];

/** Opens the users with what `/me` says; `next` from the second time on. */
async function openUsers(now: Partial<Membership>, next: Partial<Membership> = now): Promise<void> {
  let count = 0;
  await openPage("/users", {
    "GET /me": () => {
      const me = createMe();
      const [organization] = me.organizations;
      if (organization === undefined) throw new Error("no organization");
      count += 1;
      const part = count > 2 ? next : now;
      const closed = part.unmetRule == null ? {} : { permissions: [], roles: [] };
      return Response.json({ ...me, organizations: [{ ...organization, ...closed, ...part }] });
    },
    "GET /organizations/:organizationId/users": listOf([]),
    "GET /organizations/:organizationId/roles": listOf([]),
    "GET /sessions/status": { session: null, needsSetup: false, lostAccess: null },
  });
}

test.each([
  ["two-factor", "Set up two-factor authentication", "Set it up"],
  ["password", "Change your password", "Change it"],
] as const)("for the rule %s the page leads to the account", async (unmetRule, title, link) => {
  await openUsers({ unmetRule });
  await expect.element(page.getByRole("heading", { name: title })).toBeVisible();
  await expect.element(page.getByRole("link", { name: link })).toHaveAttribute("href", "/account");
});

test.each([
  ["organization-suspended", "Lodos Retail is suspended"],
  ["organization-deleted", "Lodos Retail was deleted"],
] as const)("says what is the matter with the organization: %s", async (unmetRule, title) => {
  await openUsers({ unmetRule }, { unmetRule: null });
  await expect.element(page.getByRole("heading", { name: title })).toBeVisible();
  await page.getByRole("button", { name: "Check again" }).click();
  await expect.element(page.getByRole("heading", { name: "Users" })).toBeVisible();
});

test("names whom to ask about networks, and continues once the rule is met", async () => {
  await openUsers(
    { unmetRule: "network", contacts: [{ name: "Elif", email: "elif@lodos.example" }] },
    { unmetRule: null },
  );
  await expect.element(page.getByRole("heading", { name: "Not from this network" })).toBeVisible();
  await expect
    .element(page.getByRole("link", { name: "Ask Elif (elif@lodos.example)" }))
    .toHaveAttribute("href", "mailto:elif@lodos.example");
  await page.getByRole("button", { name: "Check again" }).click();
  await expect.element(page.getByRole("heading", { name: "Users" })).toBeVisible();
});

test.each(["session", "second-factor"] as const)(
  "for the rule %s people sign in again in a dialog",
  async (unmetRule) => {
    await openUsers({ unmetRule });
    await page.getByRole("button", { name: "Sign in again" }).click();
    await expect.element(page.getByRole("dialog", { name: "Sign in again" })).toBeVisible();
  },
);

test("says how many days are left to set up a second factor, above the page", async () => {
  await openUsers({ twoFactorDueAt: new Date(Date.now() + 2.5 * 86_400_000).toISOString() });
  await expect.element(page.getByText(/requires two-factor authentication \(3 days left\)/)).toBeVisible();
  await expect.element(page.getByRole("heading", { name: "Users" })).toBeVisible();
  await expect.element(page.getByRole("link", { name: "Set it up" })).toHaveAttribute("href", "/account");
});
