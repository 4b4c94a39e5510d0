/** The page of an invitation link, for each reader and each state of the link. */
import type { Page } from "playwright-core";
import type { Screen } from "./screen.ts";
import { problem, type Stub } from "./stub.ts";

const lookup = "/invitations/lookup";
const accountExists: readonly Stub[] = [{ path: lookup, change: { accountExists: true } }];

/** Waits until the page shows what the link is worth. */
const waitForContent = (page: Page): Promise<void> => page.locator("main :is(form, a, p)").first().waitFor();

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
  { name: "accept-account-exists", path, stubs: accountExists, prepare: waitForContent },
  { name: "accept-invalid", path: "/accept#unknown" },
  { name: "accept-incomplete", path: "/accept" },
  ...["expired", "used"].map((state) => ({
    name: `accept-${state}`,
    path,
    stubs: [problem(lookup, 410, `invitations/${state}`)],
    prepare: waitForContent,
  })),
];

/** The screens of the owner. */
export const acceptInside: readonly Screen[] = [
  {
    name: "accept-signed-in",
    path,
    stubs: [{ path: lookup, change: { email: "owner@example.test", accountExists: true } }],
    prepare: waitForContent,
  },
  { name: "accept-other-account", path },
  {
    name: "accept-used-signed-in",
    path,
    stubs: [problem(lookup, 410, "invitations/used")],
    prepare: waitForContent,
  },
];
