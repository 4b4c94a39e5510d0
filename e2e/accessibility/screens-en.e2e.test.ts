/** Every screen in English: axe and our own rules at 1280 and 375 px in both themes, and what a page loads and moves. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { openWindow } from "../support/panel-page.ts";
import { type RunningServer, startDemo, startServer } from "../support/start-server.ts";
import { resize, visitScreens } from "../support/visit-screens.ts";
import { findAccessibilityProblems, findOverflow } from "./find-accessibility-problems.ts";

let browser: Browser;
let server: RunningServer;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchChromium(), startDemo()]);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

/** Adds the problems of the page in both themes to `found`. Only the colors can differ between them. */
async function collectProblems(page: Page, name: string, found: Record<string, readonly string[]>) {
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    const problems = await findAccessibilityProblems(page, theme === "light" ? "all" : "colors");
    if (problems.length > 0) found[`${name}, ${theme}`] = problems;
  }
  await page.emulateMedia({ colorScheme: "light" });
}

/** Sums up how far elements moved after they were first painted. */
function readLayoutShift(page: Page): Promise<number> {
  return page.evaluate<number>(`new Promise((resolve) => {
    const observer = new PerformanceObserver(() => {});
    observer.observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() =>
      resolve(observer.takeRecords().reduce((sum, { value, hadRecentInput }) => sum + (hadRecentInput ? 0 : value), 0))));
  })`);
}

/** Reads the hosts that the page requested something from. */
function readRequestedHosts(page: Page): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(
    "performance.getEntriesByType('resource').map(({ name }) => new URL(name).host)",
  );
}

test("no screen has an accessibility problem at 1280, 375 or 320 px, moves while it loads, or requests another host", {
  timeout: 900_000,
}, async () => {
  const problems: Record<string, readonly string[]> = {};
  const shifts: Record<string, number> = {};
  const hosts = new Set<string>();
  const errors = await visitScreens(
    browser,
    server.url,
    { width: 1280 },
    {
      async visit(screen, page, reopen) {
        const { name, prepare } = screen;
        for (const host of await readRequestedHosts(page)) hosts.add(host);
        const shift = prepare === undefined ? await readLayoutShift(page) : 0;
        if (shift > 0.02) shifts[`${name}, 1280 px`] = shift;
        await collectProblems(page, `${name}, 1280 px`, problems);
        if (!(await resize(page, 375))) await reopen(375);
        await collectProblems(page, `${name}, 375 px`, problems);
        if (!(await resize(page, 320))) await reopen(320);
        const overflow = await findOverflow(page);
        if (overflow > 0) problems[`${name}, 320 px`] = [`scrolls ${overflow} px sideways`];
      },
    },
  );
  expect({ problems, shifts, errors, hosts: [...hosts] }).toEqual({
    problems: {},
    shifts: {},
    errors: [],
    hosts: [new URL(server.url).host],
  });
});

test("no screen scrolls sideways or moves while it loads at 320 px", { timeout: 300_000 }, async () => {
  const overflows: Record<string, number> = {};
  const shifts: Record<string, number> = {};
  await visitScreens(
    browser,
    server.url,
    { width: 320 },
    {
      isWanted: ({ prepare }) => prepare === undefined,
      async visit({ name }, page) {
        const overflow = await findOverflow(page);
        if (overflow > 0) overflows[name] = overflow;
        const shift = await readLayoutShift(page);
        if (shift > 0.02) shifts[name] = shift;
      },
    },
  );
  expect({ overflows, shifts }).toEqual({ overflows: {}, shifts: {} });
});

test("the set-up page has no accessibility problem", async () => {
  const fresh = await startServer();
  try {
    const { context, page } = await openWindow(browser, { width: 375 });
    await page.goto(fresh.setupLink());
    await page.getByRole("heading", { level: 1 }).waitFor();
    const problems: Record<string, readonly string[]> = {};
    await collectProblems(page, "set-up", problems);
    expect(problems).toEqual({});
    await context.close();
  } finally {
    await fresh.stop();
  }
});
