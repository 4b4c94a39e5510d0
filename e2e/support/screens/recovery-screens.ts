/** The screens of account recovery: a forgotten password, and changes of the address. */
import type { Page } from "playwright-core";
import { openMenu, topDialog, waitForDialog } from "./actions.ts";
import type { Screen } from "./screen.ts";
import type { Stub } from "./stub.ts";

const token = "a".repeat(43);

/** Links that work. */
const links: readonly Stub[] = [
  { path: "/password-resets/lookup", json: { email: "olive@lodos.example" } },
  { path: "/(password-resets/complete|email-changes/\\w+|sign-ins/report)", status: 204 },
];

/** Uses the only button of a form, and waits for the next page. */
async function submit(page: Page): Promise<void> {
  await page.locator("main form button[type=submit]").click();
  await page.locator("main form").waitFor({ state: "detached" });
}

/** The screens of a person who is not signed in. */
export const recoveryOutside: readonly Screen[] = [
  { name: "forgot-password", path: "/forgot-password" },
  {
    name: "forgot-password-sent",
    path: "/forgot-password",
    async prepare(page) {
      await page.route("**/password-resets", (route) => route.fulfill({ status: 202, json: {} }));
      await page.locator("input[autocomplete^=username]").fill("olive@lodos.example");
      await submit(page);
    },
  },
  {
    name: "reset",
    path: `/reset#${token}`,
    stubs: links,
    prepare: (page) => page.locator("input[autocomplete=new-password]").waitFor(),
  },
  {
    name: "reset-done",
    path: `/reset#${token}`,
    stubs: links,
    async prepare(page) {
      await page.locator("input[autocomplete=new-password]").fill("seven green copper gates");
      await submit(page);
    },
  },
  {
    name: "reset-invalid",
    path: `/reset#${token}`,
    prepare: (page) => page.locator("main a").nth(1).waitFor(),
  },
  { name: "confirm-email", path: `/confirm-email#${token}` },
  {
    name: "confirm-email-done",
    path: `/confirm-email#${token}`,
    stubs: links,
    prepare: submit,
  },
  { name: "undo-email", path: `/undo-email#${token}` },
  {
    name: "undo-email-done",
    path: `/undo-email#${token}`,
    stubs: links,
    prepare: submit,
  },
  { name: "secure-account", path: `/secure-account#${token}` },
  {
    name: "secure-account-done",
    path: `/secure-account#${token}`,
    stubs: links,
    prepare: submit,
  },
  { name: "undo-email-invalid", path: `/undo-email#${token}`, prepare: submit },
];

/** The screens of a signed-in user. */
export const recoveryInside: readonly Screen[] = [
  {
    name: "account-step-up",
    path: "/account",
    async prepare(page) {
      await page.route("**/me/email", (route) =>
        route.fulfill({
          status: 403,
          contentType: "application/problem+json",
          body: JSON.stringify({ code: "auth/step-up", params: { methods: ["password"] } }),
        }),
      );
      await page.locator("main input[autocomplete=email]").fill("new@lodos.example");
      await page.keyboard.press("Enter");
      await waitForDialog(page);
    },
  },
  {
    name: "user-password-link",
    path: ({ user }) => `/users/${user}`,
    async prepare(page) {
      await page.route("**/password-reset", (route) =>
        route.fulfill({
          json: { url: `https://gatehouse.example/reset#${token}`, expiresAt: "2030-01-01T09:30:00.000Z" },
        }),
      );
      await openMenu(page);
      await page.getByRole("menuitem", { name: /^(Send password reset|Parola sıfırlama)/ }).click();
      await topDialog(page).locator("textarea").waitFor();
    },
  },
];
