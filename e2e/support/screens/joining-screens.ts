/** The screens of people who join, and of those whose access was taken away. */
import type { Page } from "playwright-core";
import type { Screen } from "./screen.ts";

const panels = ["https://panel.lodos.example", "https://reports.lodos.example"];

/** Reloads the page with another membership in the response of `/me`. */
async function asMember(page: Page, membership: object): Promise<void> {
  await page.route("**/api/v1/me", async (route) => {
    const response = await route.fetch();
    const me = await response.json();
    for (const organization of me.organizations) Object.assign(organization, membership);
    await route.fulfill({ response, json: me });
  });
  await page.reload();
  await page.locator("main h2").waitFor();
}

/** Reloads the sign-in page after an organization has ended the session. */
async function afterLosingAccess(page: Page): Promise<void> {
  await page.route("**/sessions/status", (route) =>
    route.fulfill({
      json: {
        session: null,
        needsSetup: false,
        lostAccess: { reason: "suspended", organization: "Lodos Retail" },
      },
    }),
  );
  await page.reload();
  await page.getByRole("alert").waitFor();
}

/** The screens of a person who is not signed in. */
export const joiningOutside: readonly Screen[] = [
  { name: "sign-in-suspended", path: "/sign-in", prepare: afterLosingAccess },
];

/** The screens of a signed-in user. */
export const joiningInside: readonly Screen[] = [
  { name: "welcome", path: "/welcome" },
  {
    name: "welcome-panels",
    path: "/welcome",
    prepare: (page) => asMember(page, { permissions: [], panels }),
  },
  {
    name: "welcome-without-role",
    path: "/welcome",
    prepare: (page) =>
      asMember(page, {
        permissions: [],
        roles: [],
        contacts: [
          { name: "Olive Brandt", email: "olive@lodos.example" },
          { name: "Kerem Aydın", email: "kerem.aydin@lodos.example" },
        ],
      }),
  },
  {
    name: "access-suspended",
    path: "/users",
    async prepare(page) {
      await page.route("**/api/v1/organizations/**", (route) =>
        route.fulfill({
          status: 401,
          contentType: "application/problem+json",
          body: JSON.stringify({ code: "auth/required" }),
        }),
      );
      await page.route("**/sessions/status", (route) =>
        route.fulfill({
          json: {
            session: null,
            needsSetup: false,
            lostAccess: { reason: "suspended", organization: "Lodos Retail" },
          },
        }),
      );
      await page.reload();
      await page
        .getByRole("dialog")
        .getByText(/Lodos Retail/)
        .waitFor();
    },
  },
];
