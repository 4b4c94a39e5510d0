import type { Locator, Page } from "playwright-core";

const mostPresses = 80;

/**
 * Presses Tab, or another key, until the focus is on the control, and answers how often: what can't be reached so can't
 * be reached by keyboard.
 */
export async function tabTo(
  page: Page,
  control: Locator,
  key: "Tab" | "Shift+Tab" | "ArrowDown" = "Tab",
): Promise<number> {
  let element = await control.elementHandle();
  /** Null if the element is no longer in the page. */
  const readFocus = () => element?.evaluate((found) => (found.isConnected ? found.matches(":focus") : null));
  for (let presses = 0; presses < mostPresses; presses += 1) {
    // Searching for the control after each press would take longer than the press. It may be rendered again.
    let hasFocus = await readFocus();
    if (hasFocus === null) {
      element = await control.elementHandle();
      hasFocus = await readFocus();
    }
    if (hasFocus) return presses;
    await page.keyboard.press(key);
  }
  throw new Error(`${mostPresses} presses of ${key} don't lead to ${control}.`);
}
