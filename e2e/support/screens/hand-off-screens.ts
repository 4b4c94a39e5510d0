/** Where people stay who can't be handed off to a panel. */
import type { Page } from "playwright-core";
import type { Screen, ScreenParameters } from "./screen.ts";

const handOffPath = (organization: string): string =>
  `/hand-off?organization=${organization}&origin=https://panel.lodos.example&state=${"s".repeat(43)}`;
const currentPath = ({ organization }: ScreenParameters): string => handOffPath(organization);

/** Opens the page once more, with an answer that a demo doesn't give. */
async function refuse(page: Page, status: number, problem: object): Promise<void> {
  await page.route("**/hand-offs", (route) =>
    route.fulfill({ status, contentType: "application/problem+json", body: JSON.stringify(problem) }),
  );
  await page.reload();
  await page.locator("h1").waitFor();
}

/** Reloads the page as a user who can change the settings but is not an owner. */
async function asNoOwner(page: Page): Promise<void> {
  await page.route("**/api/v1/me", async (route) => {
    const response = await route.fetch();
    const me = await response.json();
    for (const organization of me.organizations) organization.isOwner = false;
    await route.fulfill({ response, json: me });
  });
  await page.reload();
  await page.locator("main form input[inputmode=url]").waitFor();
}

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
    prepare: (page) => refuse(page, 409, { code: "hand-offs/consent-required" }),
  },
  {
    name: "hand-off-first-visit-failed",
    path: currentPath,
    async prepare(page) {
      await refuse(page, 409, { code: "hand-offs/consent-required" });
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
    prepare: (page) =>
      refuse(page, 401, { code: "auth/suspended", params: { organization: "Lodos Retail" } }),
  },
  {
    name: "hand-off-failed",
    path: currentPath,
    prepare: (page) => refuse(page, 503, { code: "unavailable" }),
  },
  {
    name: "hand-off-sign-in-again",
    path: currentPath,
    prepare: (page) => refuse(page, 401, { code: "auth/required", params: { organization: "Lodos Retail" } }),
  },
  {
    name: "hand-off-rule-not-met",
    path: currentPath,
    prepare: (page) =>
      refuse(page, 403, { code: "auth/password-expired", params: { organization: "Lodos Retail" } }),
  },
  { name: "settings-organization-no-owner", path: "/settings/organization", prepare: asNoOwner },
  {
    name: "settings-organization-owners-panel",
    path: "/settings/organization",
    async prepare(page) {
      await asNoOwner(page);
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
