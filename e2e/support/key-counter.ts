/** Counts the keys that a task takes. Typed text is not counted. */
import type { Page } from "playwright-core";

interface CountedKeys {
  readonly press: (key: string) => Promise<void>;
  readonly type: (text: string) => Promise<void>;
  readonly count: () => number;
}

/** Creates a keyboard that counts the keys pressed. */
export function createKeyCounter(page: Page): CountedKeys {
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
