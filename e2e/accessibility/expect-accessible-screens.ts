/** The check of every screen in English: axe and our own rules at 1280 px in both themes, our own at 375 px, and what a page loads and moves. */
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import type { Screen } from "../support/screens/screen.ts";
import { resize, visitScreens } from "../support/visit-screens.ts";
import { findAccessibilityProblems, findSidewaysScrolling } from "./find-accessibility-problems.ts";
import { findStructureProblems } from "./find-structure-problems.ts";
import type { CheckedColors } from "./new-texts.ts";

/** Adds the problems of the page in both themes to `found`. Only the colors can differ between them. */
export async function collectProblems(
  page: Page,
  name: string,
  found: Record<string, readonly string[]>,
  checkedColors: CheckedColors,
) {
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    const rules = theme === "light" ? "all" : "colors";
    const problems = await findAccessibilityProblems(page, { rules, checkedColors });
    if (problems.length > 0) found[`${name}, ${theme}`] = problems;
  }
  await page.emulateMedia({ colorScheme: "light" });
}

/** Sums up how far elements of the screen moved after they were first painted. */
export function readLayoutShift(page: Page): Promise<number> {
  return page.evaluate<number>(`new Promise((resolve) => {
    const observer = new PerformanceObserver(() => {});
    observer.observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() =>
      resolve(observer.takeRecords().filter(({ startTime }) => startTime >= (window.openedAt ?? 0))
        .reduce((sum, { value, hadRecentInput }) => sum + (hadRecentInput ? 0 : value), 0))));
  })`);
}

/** Reads the hosts that the page requested something from. `localhost` is the server, too. */
function readRequestedHosts(page: Page): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(
    "performance.getEntriesByType('resource').map(({ name }) => new URL(name).host.replace('localhost', '127.0.0.1'))",
  );
}

/**
 * Opens screens at 1280 px, narrows the window to 375 and 320 px, where axe checks the Turkish ones, and expects no problem, no layout shift, no error
 * and no request to another host.
 */
export async function expectAccessibleScreens(
  browser: Browser,
  url: string,
  isWanted: (screen: Screen) => boolean,
): Promise<void> {
  const problems: Record<string, readonly string[]> = {};
  const shifts: Record<string, number> = {};
  const hosts = new Set<string>();
  const checkedColors: CheckedColors = new Set();
  const errors = await visitScreens(
    browser,
    url,
    { width: 1280 },
    {
      isWanted,
      async visit({ name, prepare }, page, reopen) {
        for (const host of await readRequestedHosts(page)) hosts.add(host);
        const shift = prepare === undefined ? await readLayoutShift(page) : 0;
        if (shift > 0.02) shifts[`${name}, 1280 px`] = shift;
        await collectProblems(page, `${name}, 1280 px`, problems, checkedColors);
        if (!(await resize(page, 375))) await reopen(375);
        const structure = [...(await findStructureProblems(page)), ...(await findSidewaysScrolling(page))];
        if (structure.length > 0) problems[`${name}, 375 px`] = structure;
        if (!(await resize(page, 320))) await reopen(320);
        const scrolling = await findSidewaysScrolling(page);
        if (scrolling.length > 0) problems[`${name}, 320 px`] = scrolling;
      },
    },
  );
  expect({ problems, shifts, errors, hosts: [...hosts] }).toEqual({
    problems: {},
    shifts: {},
    errors: [],
    hosts: [new URL(url).host],
  });
}
