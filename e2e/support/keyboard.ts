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
  for (let presses = 0; presses < mostPresses; presses += 1) {
    if (await control.evaluate((element) => element.matches(":focus"))) return presses;
    await page.keyboard.press(key);
  }
  throw new Error(`${mostPresses} presses of ${key} don't lead to ${control}.`);
}
