import type { OrganizationSecurity, OrganizationSecurityEdit } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { page } from "vitest/browser";
import {
  allPermissions,
  createEvent,
  createMe,
  createOrganization,
  listOf,
} from "../../../../test/fixtures.ts";
import { openPage, press } from "../../../../test/render.tsx";
import { json, noContent, problem } from "../../../../test/stub-api.ts";

const nobody = { withoutTwoFactor: 0, outsideNetworks: 0, passwordTooOld: 0 };
const review = page.getByRole("dialog", { name: "Review the rules" });
const networks = page.getByLabelText(/^Allowed networks/);
const require = page.getByRole("checkbox", { name: "Require two-factor authentication" });

interface Scene {
  readonly affected?: typeof nobody;
  /** Another user saves these after the first load. */
  readonly theirs?: Partial<OrganizationSecurity>;
  readonly permissions?: readonly string[];
  readonly isStale?: boolean;
  readonly lockOut?: object;
}

/** Opens the page, and returns what was saved. */
async function openRules({ affected = nobody, theirs, permissions, isStale, lockOut }: Scene = {}) {
  const saved: OrganizationSecurityEdit[] = [];
  let loaded = { body: createOrganization(), etag: "1" };
  let isFresh = isStale !== true;
  await openPage("/settings/security", {
    "GET /me": createMe(permissions ?? [...allPermissions, "users:reset-credentials"]),
    "GET /organizations/:organizationId": () => json(loaded.body, loaded.etag),
    "GET /organizations/:organizationId/users": listOf([]),
    "GET /organizations/:organizationId/audit-events": listOf([createEvent("Elif Demirci")]),
    "POST /sessions/current/step-up": () => {
      isFresh = true;
      return noContent();
    },
    "PATCH /organizations/:organizationId": ({ body, ifMatch }) => {
      const security = (body as { security: OrganizationSecurityEdit }).security;
      if (ifMatch === undefined || ifMatch === null)
        return lockOut === undefined
          ? Response.json(affected)
          : Response.json(
              {
                status: 409,
                code: "organization/locks-you-out",
                detail: "x",
                requestId: "r",
                params: lockOut,
              },
              { status: 409, headers: { "content-type": "application/problem+json" } },
            );
      if (!isFresh) return problem(403, "auth/step-up");
      if (theirs !== undefined && loaded.etag === "1")
        loaded = {
          body: { ...loaded.body, security: { ...loaded.body.security, ...theirs } },
          etag: "2",
        };
      if (ifMatch !== loaded.etag) return problem(412, "request/stale");
      saved.push(security);
      loaded = {
        body: createOrganization({
          security: { ...loaded.body.security, ...(security as Partial<OrganizationSecurity>) },
        }),
        etag: "3",
      };
      return json(loaded.body, loaded.etag);
    },
  });
  await expect.element(page.getByText(/sign in again|Allowed networks/).first()).toBeVisible();
  return saved;
}

test("the review names each changed rule with the number of people, by keyboard alone", async () => {
  const saved = await openRules({
    affected: { withoutTwoFactor: 12, outsideNetworks: 3, passwordTooOld: 0 },
  });
  require.element().focus();
  await press("Space");
  await networks.fill("192.0.2.9/24");
  await press("Control+s");
  await expect.element(review).toMatchTextContent("Two-factor authentication is required.");
  await expect.element(review).toMatchTextContent("12 people have no second factor yet.");
  await expect.element(review).toMatchTextContent("3 people were last seen outside these networks");
  expect(saved).toEqual([]);
  review.getByRole("button", { name: "Save rules" }).element().focus();
  await press("Enter");
  await expect.element(page.getByText("The rules are saved and apply now")).toBeVisible();
  expect(saved).toEqual([{ requireTwoFactor: true, allowedNetworks: ["192.0.2.0/24"] }]);
  await expect.element(review).not.toBeInTheDocument();
});

test("“Keep editing” closes the review and keeps the draft", async () => {
  await openRules();
  await require.click();
  await press("Control+s");
  await review.getByRole("button", { name: "Keep editing" }).click();
  await expect.element(require).toBeChecked();
  await expect.element(page.getByRole("button", { name: /^Review and save/ })).toBeVisible();
});

test("an invalid network is not sent, and says what one looks like", async () => {
  await openRules();
  await networks.fill("office");
  await press("Control+s");
  await expect.element(networks).toHaveFocus();
  await expect.element(networks).toHaveAccessibleDescription(/Not a network: office\. Write it like/);
  expect(review.query()).toBeNull();
});

test("says what to do about a rule that would lock out its author", async () => {
  await openRules({ lockOut: { rule: "network", address: "203.0.113.9" } });
  await networks.fill("192.0.2.0/24");
  await press("Control+s");
  await expect
    .element(page.getByRole("alert"))
    .toMatchTextContent(
      "This would lock you out. Your own address, 203.0.113.9, is in none of these networks.",
    );
});

test("asks for the password after a while, then saves", async () => {
  const saved = await openRules({ isStale: true });
  await require.click();
  await press("Control+s");
  await review.getByRole("button", { name: "Save rules" }).click();
  const dialog = page.getByRole("dialog", { name: "Confirm that it is you" });
  await dialog.getByLabelText("Password", { exact: true }).fill("correct horse battery staple");
  await press("Enter");
  await expect.element(page.getByText("The rules are saved and apply now")).toBeVisible();
  expect(saved).toEqual([{ requireTwoFactor: true }]);
});

test("a conflict keeps the draft and shows what the other user changed", async () => {
  await openRules({ theirs: { sessionIdleMinutes: 60 } });
  await require.click();
  await press("Control+s");
  await review.getByRole("button", { name: "Save rules" }).click();
  await expect.element(page.getByRole("alert")).toMatchTextContent(/^Elif Demirci changed the settings/);
  await expect
    .element(page.getByRole("alert"))
    .toMatchTextContent("After 1 hour without use, people sign in again.");
  await expect.element(require).toBeChecked();
});

test("without permission to edit, the rules are a text", async () => {
  await openRules({ permissions: ["organization:view"] });
  await expect.element(page.getByText("After 12 hours without use, people sign in again.")).toBeVisible();
  expect(require.query()).toBeNull();
});
