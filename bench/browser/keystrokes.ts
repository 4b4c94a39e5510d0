/** Types in a browser at a person's speed and measures the time to the next paint for each key. */
import type { Page } from "playwright-core";
import { createRandom } from "../../packages/server/src/cli/demo/people.ts";

/** The browser doesn't report faster interactions. Milliseconds. */
const minReportedMs = 16;

/** Collects event timings. Runs in the page before its scripts. */
const collect = `
  window.keyTimes = new Map();
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries()) {
      if (interactionId > 0)
        window.keyTimes.set(interactionId, Math.max(duration, window.keyTimes.get(interactionId) ?? 0));
    }
  }).observe({ type: "event", durationThreshold: ${minReportedMs}, buffered: true });
`;

/** Collects event timings in a page; call it before the page is opened. */
export async function collectKeyTimes(page: Page): Promise<void> {
  await page.addInitScript(collect);
}

/** Slows down the page's CPU by a factor. */
export async function slowDown(page: Page, rate: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate });
}

/**
 * Types into the focused element with pauses between the keys, and erases the text again. Returns the time from each key press
 * to the next paint in milliseconds; times below the reporting threshold count as 16.
 */
export async function typeAndErase(
  page: Page,
  text: string,
  seed: number,
): Promise<{ readonly keys: readonly number[]; readonly afterTyping: number }> {
  const random = createRandom(seed);
  const press = async (key: string) => {
    await page.keyboard.press(key);
    await page.waitForTimeout(90 + random() * 130);
  };
  await page.evaluate("window.keyTimes.clear()");
  for (const letter of text) await press(letter);
  const afterTyping = performance.now();
  await page.waitForTimeout(600); // reads the results
  for (const _ of text) await press("Backspace");
  await page.waitForTimeout(400);
  const reported = await page.evaluate<readonly number[]>("[...window.keyTimes.values()]");
  const count = 2 * [...text].length;
  if (reported.length > count) throw new Error("The browser reports more keys than were pressed.");
  return { keys: [...reported, ...Array(count - reported.length).fill(minReportedMs)], afterTyping };
}
