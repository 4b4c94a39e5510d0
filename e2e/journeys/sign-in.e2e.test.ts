import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nextCode } from "../support/authenticator.ts";
import { closeWindows, shareChromium } from "../support/chromium.ts";
import { tabTo } from "../support/keyboard.ts";
import { openWindow, setUp, signIn } from "../support/panel-page.ts";
import { type RunningServer, startServer } from "../support/start-server.ts";

const owner = { email: "olive@lodos.example", password: "correct horse battery staple" };
let browser: Browser;
let server: RunningServer;

beforeAll(async () => {
  browser = await shareChromium();
  server = await startServer({}, "embedded"); // as npm start
});

afterAll(async () => {
  await closeWindows(browser);
  await server.stop();
});

/** Collects the errors in the browser's console, failed requests included. */
function collectErrors(page: Page): readonly string[] {
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(`${message.text()} ${message.location().url}`);
  });
  return errors;
}

test("going through the sign-in page logs no errors", async () => {
  const first = await openWindow(browser);
  const errorsOfSetUp = collectErrors(first.page);
  await first.page.goto(server.url);
  await first.page.waitForURL((url) => url.pathname === "/setup");
  await setUp(first.page, server);
  await first.context.close();

  const { context, page, errors } = await openWindow(browser);
  const consoleErrors = collectErrors(page);
  await page.goto(`${server.url}/roles`);
  await page.getByRole("heading", { name: "Sign in", level: 1 }).waitFor();
  expect(new URL(page.url()).searchParams.get("next")).toBe("/roles");
  await signIn(page, server, owner);
  await page.getByRole("heading", { name: "Users", level: 1 }).waitFor();

  // Without its stored hint the browser still gets through the sign-in page.
  await page.evaluate("localStorage.clear()");
  await page.goto(`${server.url}/roles`);
  await page.getByRole("heading", { name: "Roles", level: 1 }).waitFor();
  expect({ errorsOfSetUp, errors, consoleErrors }).toEqual({
    errorsOfSetUp: [],
    errors: [],
    consoleErrors: [],
  });
  await context.close();
});

test("a browser without storage can sign in and stays signed in", async () => {
  const { context, page } = await openWindow(browser);
  await context.addInitScript(
    "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get() { throw new DOMException('blocked', 'SecurityError'); } });",
  );
  await signIn(page, server, owner);
  await page.getByRole("heading", { name: "Users", level: 1 }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Users", level: 1 }).waitFor();
  await context.close();
});

test("set up an authenticator app, sign in with its code and with a recovery code: by keyboard alone", async () => {
  const { context, page, errors } = await openWindow(browser);
  await context.addInitScript("window.print = () => {};");
  await signIn(page, server, owner);
  await page.goto(`${server.url}/account`);
  await tabTo(page, page.getByRole("button", { name: "Set up" }));
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("img", { name: "QR code for the authenticator app" }).waitFor();
  const secret = await dialog.getByRole("textbox", { name: "Key" }).inputValue();
  await tabTo(page, dialog.getByLabel("Code", { exact: true }));
  await page.keyboard.type(nextCode(secret));
  await page.keyboard.press("Enter");
  const codes = dialog.getByRole("textbox", { name: "Recovery codes" });
  await codes.waitFor();
  const [recoveryCode = ""] = (await codes.inputValue()).split("\n");
  await tabTo(page, dialog.getByRole("button", { name: "Print" }));
  await page.keyboard.press("Enter");
  expect(await page.frames().at(-1)?.locator("pre").textContent()).toContain(recoveryCode);
  const download = page.waitForEvent("download");
  await tabTo(page, dialog.getByRole("button", { name: "Download" }));
  await page.keyboard.press("Enter");
  expect((await download).suggestedFilename()).toBe("gatehouse-recovery-codes.txt");
  await tabTo(page, dialog.getByRole("button", { name: "I have saved them" }));
  await page.keyboard.press("Enter");
  await page.getByText("10 of 10 codes are left").waitFor();

  for (const [secondStep, left] of [
    [() => page.keyboard.type(nextCode(secret)), 10],
    [
      async () => {
        await tabTo(page, page.getByRole("button", { name: "Use a recovery code" }));
        await page.keyboard.press("Enter");
        await page.getByRole("textbox", { name: "Recovery code" }).and(page.locator(":focus")).waitFor();
        await page.keyboard.type(recoveryCode.toUpperCase());
      },
      9,
    ],
  ] as const) {
    await context.clearCookies();
    await page.goto(`${server.url}/sign-in?next=%2Faccount`);
    await page.getByLabel("E-mail").and(page.locator(":focus")).waitFor();
    await page.keyboard.type(owner.email);
    await page.keyboard.press("Tab");
    await page.keyboard.type(owner.password);
    await page.keyboard.press("Enter");
    await page.getByLabel("Code", { exact: true }).and(page.locator(":focus")).waitFor();
    await secondStep();
    await page.keyboard.press("Enter");
    await page.getByText(`${left} of 10 codes are left`).waitFor();
  }
  expect(errors).toEqual([]);
  await context.close();
});
