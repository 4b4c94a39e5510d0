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
  for (let presses = 0; presses < mostPresses; presses += 1) {
    // Searching for the control after each press would take longer than the press. It may be rendered again.
    if (!(await element?.evaluate(({ isConnected }) => isConnected))) element = await control.elementHandle();
    if (await element?.evaluate((found) => found.matches(":focus"))) return presses;
    await page.keyboard.press(key);
  }
  throw new Error(`${mostPresses} presses of ${key} don't lead to ${control}.`);
}
