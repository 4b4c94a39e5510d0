/** The browser of the end-to-end tests: the machine's own Chromium, without the things that talk to the network. */
import { type Browser, chromium } from "playwright-core";
import { findChromium } from "../../scripts/testing/find-programs.mjs";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--no-first-run",
];

/** Starts a browser without a window. Close it in `afterAll`. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: await findChromium(), args: flags });
}
