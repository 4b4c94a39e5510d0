/**
 * Every screen in Turkish, opened at 320 px: axe and our own rules in both themes, and how far a page moves on a phone. At 1280 px, where
 * axe checks the English ones, what depends on the words.
 */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeWindows, shareChromium } from "../support/chromium.ts";
import { type RunningServer, startDemo } from "../support/start-server.ts";
import { resize, visitScreens } from "../support/visit-screens.ts";
import { collectProblems, readLayoutShift } from "./expect-accessible-screens.ts";
import { findAccessibilityProblems, findSidewaysScrolling } from "./find-accessibility-problems.ts";
import type { CheckedColors } from "./new-texts.ts";

let browser: Browser;
let server: RunningServer;

beforeAll(async () => {
  [browser, server] = await Promise.all([shareChromium(), startDemo()]);
});
afterAll(async () => {
  await closeWindows(browser);
  await server.stop();
});

test("every screen in Turkish is accessible at 320 px, fits 375 and 1280 px, doesn't move while it loads, and throws no error", {
  timeout: 900_000,
}, async () => {
  const problems: Record<string, readonly string[]> = {};
  const shifts: Record<string, number> = {};
  const checkedColors: CheckedColors = new Set();
  const errors = await visitScreens(
    browser,
    server.url,
    { width: 320, locale: "tr-TR" },
    {
      async visit({ name, prepare }, page, reopen) {
        const shift = prepare === undefined ? await readLayoutShift(page) : 0;
        if (shift > 0.02) shifts[`${name}, 320 px`] = shift;
        await collectProblems(page, `${name}, 320 px`, problems, checkedColors);
        if (!(await resize(page, 375))) await reopen(375);
        const scrolling = await findSidewaysScrolling(page);
        if (scrolling.length > 0) problems[`${name}, 375 px`] = scrolling;
        if (!(await resize(page, 1280))) await reopen(1280);
        const found = await findAccessibilityProblems(page, { rules: "names" });
        if (found.length > 0) problems[`${name}, 1280 px`] = found;
      },
    },
  );
  expect({ problems, shifts, errors }).toEqual({ problems: {}, shifts: {}, errors: [] });
});
