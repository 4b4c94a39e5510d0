/** Every screen in Turkish, opened at 320 px: what depends on the words, and how far a page moves on a phone. Colors and structure are the same as in
 * English. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { type RunningServer, startDemo } from "../support/start-server.ts";
import { resize, visitScreens } from "../support/visit-screens.ts";
import { readLayoutShift } from "./expect-accessible-screens.ts";
import { findAccessibilityProblems, findSidewaysScrolling } from "./find-accessibility-problems.ts";

let browser: Browser;
let server: RunningServer;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchChromium(), startDemo()]);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

test("every screen in Turkish has names, fits 320, 375 and 1280 px, doesn't move while it loads, and throws no error", {
  timeout: 900_000,
}, async () => {
  const problems: Record<string, readonly string[]> = {};
  const shifts: Record<string, number> = {};
  const errors = await visitScreens(
    browser,
    server.url,
    { width: 320, locale: "tr-TR" },
    {
      async visit({ name, prepare }, page, reopen) {
        const shift = prepare === undefined ? await readLayoutShift(page) : 0;
        if (shift > 0.02) shifts[`${name}, 320 px`] = shift;
        for (const width of [320, 375, 1280] as const) {
          if (width !== 320 && !(await resize(page, width))) await reopen(width);
          const found =
            width === 375
              ? await findSidewaysScrolling(page)
              : await findAccessibilityProblems(page, { rules: "names" });
          if (found.length > 0) problems[`${name}, ${width} px`] = found;
        }
      },
    },
  );
  expect({ problems, shifts, errors }).toEqual({ problems: {}, shifts: {}, errors: [] });
});
