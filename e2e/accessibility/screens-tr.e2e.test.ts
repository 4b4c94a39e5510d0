/** Every screen in Turkish, opened at 375 px: what depends on the words. Colors and structure are the same as in English. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { type RunningServer, startDemo } from "../support/start-server.ts";
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

test("every screen in Turkish has names, fits 1280, 375 and 320 px, and throws no error", {
  timeout: 900_000,
}, async () => {
  const problems: Record<string, readonly string[]> = {};
  const errors = await visitScreens(
    browser,
    server.url,
    { width: 375, locale: "tr-TR" },
    {
      async visit({ name }, page, reopen) {
        for (const width of [375, 1280] as const) {
          if (width !== 375 && !(await resize(page, width))) await reopen(width);
          const found = await findAccessibilityProblems(page, "names");
          if (found.length > 0) problems[`${name}, ${width} px`] = found;
        }
        if (!(await resize(page, 320))) await reopen(320);
        const overflow = await findOverflow(page);
        if (overflow > 0) problems[`${name}, 320 px`] = [`scrolls ${overflow} px sideways`];
      },
    },
  );
  expect({ problems, errors }).toEqual({ problems: {}, errors: [] });
});
