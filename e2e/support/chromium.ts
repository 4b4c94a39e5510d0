/** The browser of the end-to-end tests: the machine's own Chromium, without the things that talk to the network. */
import { type Browser, chromium } from "playwright-core";
import { chromiumFlags, findChromium } from "../../scripts/testing/find-programs.mjs";

let shared: Browser | null = null;

/** Starts a browser without a window. Close it at the end. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: await findChromium(), args: [...chromiumFlags] });
}

/**
 * The browser of all test files that run in this process. It ends with the process. Each window has separate cookies, storage and
 * caches; close them with `closeWindows` in `afterAll`.
 */
export async function shareChromium(): Promise<Browser> {
  if (shared === null || !shared.isConnected()) shared = await launchChromium();
  return shared;
}

/** Closes the windows that a test file has opened. */
export async function closeWindows(browser: Browser): Promise<void> {
  await Promise.all(browser.contexts().map((context) => context.close()));
}
