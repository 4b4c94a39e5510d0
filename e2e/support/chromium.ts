/** The browser of the end-to-end tests: the machine's own Chromium, without the things that talk to the network. */
import { type Browser, chromium } from "playwright-core";
import { chromiumFlags, findChromium } from "../../scripts/testing/find-programs.mjs";

/** Starts a browser without a window. Close it in `afterAll`. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: await findChromium(), args: [...chromiumFlags] });
}
