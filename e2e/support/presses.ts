/** How many presses a job takes: keys one by one; text that somebody knows by heart is not counted. */
import type { Page } from "playwright-core";

interface CountedKeys {
  readonly press: (key: string) => Promise<void>;
  readonly type: (text: string) => Promise<void>;
  readonly count: () => number;
}

/** A keyboard that counts. */
export function countPresses(page: Page): CountedKeys {
  let count = 0;
  return {
    async press(key) {
      count += 1;
      await page.keyboard.press(key);
    },
    type: (text) => page.keyboard.type(text),
    count: () => count,
  };
}
