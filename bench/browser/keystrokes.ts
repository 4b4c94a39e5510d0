/** Typing in a browser as a person does, and how long the screen took to follow each key. */
import type { Page } from "playwright-core";
import { createRandom } from "../../packages/server/src/cli/demo/people.ts";

/** An interaction that is faster than this isn't reported by the browser. Milliseconds. */
const unseen = 16;

/** Collects event timings from the page's beginning. Runs in the page, before its own code. */
const collect = `
  window.keyTimes = new Map();
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries()) {
      if (interactionId > 0)
        window.keyTimes.set(interactionId, Math.max(duration, window.keyTimes.get(interactionId) ?? 0));
    }
  }).observe({ type: "event", durationThreshold: ${unseen}, buffered: true });
`;

/** Has a page collect; call it before the page is opened. */
export async function collectKeyTimes(page: Page): Promise<void> {
  await page.addInitScript(collect);
}

/** Makes the page's processor so many times slower. */
export async function slowDown(page: Page, rate: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate });
}

/**
 * Types into what has the focus, key by key with a person's pauses, and takes it away again key by key. Gives the time from
 * each key to the picture that follows it, in milliseconds; those that are too fast to be reported count as 16.
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
  await page.waitForTimeout(600); // looks at what was found
  for (const _ of text) await press("Backspace");
  await page.waitForTimeout(400);
  const reported = await page.evaluate<readonly number[]>("[...window.keyTimes.values()]");
  const count = 2 * [...text].length;
  if (reported.length > count) throw new Error("The browser reports more keys than were pressed.");
  return { keys: [...reported, ...Array(count - reported.length).fill(unseen)], afterTyping };
}
