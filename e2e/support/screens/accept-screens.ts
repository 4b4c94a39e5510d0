/** The page of an invitation link, for each reader and each state of the link. */
import type { Page } from "playwright-core";
import type { Screen } from "./screen.ts";

const lookup = "**/api/v1/invitations/lookup";

/** Reloads the page with a change in the invitation of the link. */
async function withOffer(page: Page, change: object): Promise<void> {
  await page.route(lookup, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), ...change } });
  });
  await reload(page);
}

/** Reloads the page with a link that doesn't work. */
async function withProblem(page: Page, code: string): Promise<void> {
  await page.route(lookup, (route) =>
    route.fulfill({
      status: 410,
      contentType: "application/problem+json",
      body: JSON.stringify({ status: 410, code, title: "", detail: "" }),
    }),
  );
  await reload(page);
}

async function reload(page: Page): Promise<void> {
  await page.reload();
  await page.locator("main :is(form, a, p)").first().waitFor();
}

const path: Screen["path"] = ({ token }) => `/accept#${token}`;

/** The screens of a person who is not signed in. */
export const acceptOutside: readonly Screen[] = [
  { name: "accept", path },
  {
    name: "accept-empty",
    path,
    async prepare(page) {
      await page.locator("form button[type=submit]").click();
    },
  },
  { name: "accept-account-exists", path, prepare: (page) => withOffer(page, { accountExists: true }) },
  { name: "accept-invalid", path: "/accept#unknown" },
  { name: "accept-incomplete", path: "/accept" },
  ...["expired", "used"].map((state) => ({
    name: `accept-${state}`,
    path,
    prepare: (page: Page) => withProblem(page, `invitations/${state}`),
  })),
];

/** The screens of the owner. */
export const acceptInside: readonly Screen[] = [
  {
    name: "accept-signed-in",
    path,
    prepare: (page) => withOffer(page, { email: "owner@example.test", accountExists: true }),
  },
  { name: "accept-other-account", path },
  { name: "accept-used-signed-in", path, prepare: (page) => withProblem(page, "invitations/used") },
];
