/** The screens of users and roles in English. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";
import { closeWindows, shareChromium } from "../support/chromium.ts";
import { roleScreens } from "../support/screens/role-screens.ts";
import { userScreens } from "../support/screens/user-screens.ts";
import { type RunningServer, startDemo } from "../support/start-server.ts";
import { expectAccessibleScreens } from "./expect-accessible-screens.ts";

let browser: Browser;
let server: RunningServer;

beforeAll(async () => {
  [browser, server] = await Promise.all([shareChromium(), startDemo()]);
});
afterAll(async () => {
  await closeWindows(browser);
  await server.stop();
});

test.each([
  ["users", userScreens],
  ["roles", roleScreens],
])(
  "the screens of %s are accessible at 1280 px, and fit 375 and 320 px",
  { timeout: 900_000 },
  (_, screens) => expectAccessibleScreens(browser, server.url, (screen) => screens.includes(screen)),
);
