import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { openWindow, setUp, signIn } from "../support/panel-page.ts";
import { type RunningServer, startServer } from "../support/start-server.ts";

const owner = { email: "olive@lodos.example", password: "correct horse battery staple" };
let browser: Browser;
let server: RunningServer;

beforeAll(async () => {
  browser = await launchChromium();
  server = await startServer();
});

afterAll(async () => {
  await browser.close();
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
