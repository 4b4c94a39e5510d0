/** Where people stay who can't be handed off to a panel. */
import type { Page } from "playwright-core";
import type { Screen, ScreenParameters } from "./screen.ts";
import { problem, type Stub } from "./stub.ts";

const handOffPath = (organization: string): string =>
  `/hand-off?organization=${organization}&origin=https://panel.lodos.example&state=${"s".repeat(43)}`;
const currentPath = ({ organization }: ScreenParameters): string => handOffPath(organization);

const handOffs = "/hand-offs";
const params = { organization: "Lodos Retail" };

/** A user who can change the settings but is not an owner. */
const notOwner: readonly Stub[] = [{ path: "/me", membership: { isOwner: false } }];

const waitForPanels = (page: Page): Promise<void> => page.locator("main form input[inputmode=url]").waitFor();

/** The screens of a person who is not signed in. */
export const handOffOutside: readonly Screen[] = [
  { name: "hand-off-expired", path: "/hand-off?outcome=expired" },
  { name: "hand-off-incomplete", path: "/hand-off" },
  { name: "hand-off-left", path: "/hand-off?outcome=signed-out" },
];

/** The screens of a signed-in user. */
export const handOffInside: readonly Screen[] = [
  { name: "hand-off-left-signed-in", path: "/hand-off?outcome=signed-out" },
  {
    name: "hand-off-first-visit",
    path: currentPath,
    stubs: [problem(handOffs, 409, "hand-offs/consent-required")],
  },
  {
    name: "hand-off-first-visit-failed",
    path: currentPath,
    async prepare(page) {
      const problemType = "application/problem+json";
      await page.route("**/hand-offs", (route) =>
        route.fulfill({
          status: 409,
          contentType: problemType,
          body: JSON.stringify({ code: "hand-offs/consent-required" }),
        }),
      );
      await page.reload();
      await page.locator("form button[type=submit]").waitFor();
      await page.unrouteAll();
      await page.route("**/hand-offs", (route) => route.abort());
      await page.locator("form button[type=submit]").click();
      await page.getByRole("alert").waitFor();
    },
  },
  { name: "hand-off-unknown-panel", path: currentPath },
  { name: "hand-off-no-member", path: handOffPath("01900000-0000-7000-8000-000000000000") },
  {
    name: "hand-off-suspended",
    path: currentPath,
    stubs: [problem(handOffs, 401, "auth/suspended", params)],
  },
  {
    name: "hand-off-failed",
    path: currentPath,
    stubs: [problem(handOffs, 503, "unavailable")],
  },
  {
    name: "hand-off-sign-in-again",
    path: currentPath,
    stubs: [problem(handOffs, 401, "auth/required", params)],
  },
  {
    name: "hand-off-rule-not-met",
    path: currentPath,
    stubs: [problem(handOffs, 403, "auth/password-expired", params)],
  },
  {
    name: "settings-organization-no-owner",
    path: "/settings/organization",
    stubs: notOwner,
    prepare: waitForPanels,
  },
  {
    name: "settings-organization-owners-panel",
    path: "/settings/organization",
    stubs: notOwner,
    async prepare(page) {
      await page.locator("main form input[inputmode=url]").fill("https://panel.lodos.example");
    },
  },
  {
    name: "settings-organization-wrong-panel",
    path: "/settings/organization",
    async prepare(page) {
      await page.locator("main form input[inputmode=url]").fill("http://panel.lodos.example, panel");
    },
  },
];
