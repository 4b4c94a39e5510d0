/** A forgotten password and a change of address, by keyboard, with a real mail server. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tabTo } from "../support/keyboard.ts";
import { type MailedPanel, startMailedPanel } from "../support/mailed-panel.ts";
import { openWindow, setUp, signIn } from "../support/panel-page.ts";

const email = "olive@lodos.example";
const fresh = "seven green copper gates";
let panel: MailedPanel;

beforeAll(async () => {
  panel = await startMailedPanel();
  const { context, page } = await openWindow(panel.browser);
  await setUp(page, panel.server);
  await context.close();
});

afterAll(() => panel.stop());

const heading = (page: Page, name: string) => page.getByRole("heading", { name, level: 1 }).waitFor();

test("forget the password, open the link of the email, set a new one, sign in: by keyboard alone", async () => {
  const { context, page, errors } = await openWindow(panel.browser);
  await page.goto(`${panel.server.url}/sign-in`);
  await heading(page, "Sign in");
  await page.keyboard.type(email);
  await tabTo(page, page.getByRole("link", { name: "Forgot your password?" }));
  await page.keyboard.press("Enter"); // the first press
  await heading(page, "Set a new password");
  expect(await page.getByLabel("E-mail").inputValue()).toBe(email);
  await page.getByRole("button", { name: "Send the link" }).and(page.locator(":focus")).waitFor();
  await page.keyboard.press("Enter"); // and the second
  await heading(page, "Check your e-mail");

  const link = await panel.readLink(email, "reset");
  await page.goto("about:blank");
  await page.goto(link);
  await heading(page, "Set a new password");
  await page.getByText(`For the account ${email}`).waitFor();
  const password = page.getByLabel("New password", { exact: true });
  expect(await password.getAttribute("autocomplete")).toBe("new-password");
  await tabTo(page, password);
  await page.keyboard.type("short");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
  await tabTo(page, password);
  await page.keyboard.press("Control+A");
  await page.keyboard.type(fresh);
  await page.keyboard.press("Enter");
  await heading(page, "Your password is set");
  await tabTo(page, page.getByRole("link", { name: "Continue to sign-in" }));
  await page.keyboard.press("Enter");
  await heading(page, "Sign in");
  await page.keyboard.type(email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(fresh);
  await page.keyboard.press("Enter");
  await heading(page, "Users");

  await page.goto("about:blank");
  await page.goto(link);
  await heading(page, "This link was used already");
  expect(errors).toEqual([]);
  await context.close();
});

test("change the address, confirm it at the new one, undo it from the old one", async () => {
  const next = "olive.brandt@lodos.example";
  const { context, page, errors } = await openWindow(panel.browser);
  await signIn(page, panel.server, { email, password: fresh });
  await page.goto(`${panel.server.url}/account`);
  const field = page.getByLabel("New address");
  expect(await field.getAttribute("autocomplete")).toBe("email");
  await field.fill(next);
  await page.keyboard.press("Enter");
  await page.getByText(`A link is on its way to ${next}`).waitFor();

  await page.goto(await panel.readLink(next, "confirm-email"));
  await heading(page, "Confirm your new address");
  await tabTo(page, page.getByRole("button", { name: "Confirm the address" }));
  await page.keyboard.press("Enter");
  await heading(page, "Your address is changed");
  await page.goto(`${panel.server.url}/account`);
  await page.getByText(`You sign in with ${next}.`).waitFor();

  await page.goto(await panel.readLink(email, "undo-email"));
  await heading(page, "Keep your old address");
  await tabTo(page, page.getByRole("button", { name: "Keep the old address" }));
  await page.keyboard.press("Enter");
  await heading(page, "Your old address is in use");
  await page.goto(`${panel.server.url}/account`);
  await heading(page, "Sign in");
  await signIn(page, panel.server, { email, password: fresh });
  expect(errors).toEqual([]);
  await context.close();
});
