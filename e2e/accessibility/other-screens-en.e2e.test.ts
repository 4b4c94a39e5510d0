/** All screens in English but those of users and roles, and the set-up page. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeWindows, shareChromium } from "../support/chromium.ts";
import { openWindow } from "../support/panel-page.ts";
import { roleScreens } from "../support/screens/role-screens.ts";
import { userScreens } from "../support/screens/user-screens.ts";
import { type RunningServer, startDemo, startServer } from "../support/start-server.ts";
import { collectProblems, expectAccessibleScreens } from "./expect-accessible-screens.ts";

let browser: Browser;
let server: RunningServer;

beforeAll(async () => {
  [browser, server] = await Promise.all([shareChromium(), startDemo()]);
});
afterAll(async () => {
  await closeWindows(browser);
  await server.stop();
});

test("the other screens are accessible at 1280 px, and fit 375 and 320 px", { timeout: 900_000 }, () =>
  expectAccessibleScreens(
    browser,
    server.url,
    (screen) => !userScreens.includes(screen) && !roleScreens.includes(screen),
  ),
);

test("the set-up page has no accessibility problem", async () => {
  const fresh = await startServer();
  try {
    const { context, page } = await openWindow(browser, { width: 375 });
    await page.goto(fresh.setupLink());
    await page.getByRole("heading", { level: 1 }).waitFor();
    const problems: Record<string, readonly string[]> = {};
    await collectProblems(page, "set-up", problems, new Set());
    expect(problems).toEqual({});
    await context.close();
  } finally {
    await fresh.stop();
  }
});
