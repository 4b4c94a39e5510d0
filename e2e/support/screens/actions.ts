/** Actions that several screens need. They find elements by role and attribute, because texts differ by language. */
import type { Page } from "playwright-core";

/** Locates the topmost dialog. */
export const topDialog = (page: Page) => page.locator("[role=dialog], [role=alertdialog]").last();

/** Waits for a dialog. */
export async function waitForDialog(page: Page): Promise<void> {
  await topDialog(page).waitFor();
}

/** Presses keys, one after the other. */
export async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Opens the menu of a row or of the page. */
export async function openMenu(page: Page, index = 0): Promise<void> {
  await page.locator("main button[aria-haspopup=menu]").nth(index).click();
  await page.locator("[role=menu]").waitFor();
}

/** Opens the menu of the row of a role or user with this name. */
export async function openRowMenu(page: Page, name: string): Promise<void> {
  await page.locator(`main button[aria-haspopup=menu][aria-label*="${name}"]`).click();
  await page.locator("[role=menu]").waitFor();
}

/** Chooses the last item of an open menu, which is the destructive one, and waits for its dialog. */
export async function chooseLastMenuItem(page: Page): Promise<void> {
  await page.locator("[role=menuitem]").last().click();
  await waitForDialog(page);
}

/** Selects the first two rows of a list. */
export async function selectTwo(page: Page): Promise<void> {
  const boxes = page.locator("main :is(tbody, ul) input[type=checkbox]");
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await page.locator("[data-docked] [aria-keyshortcuts=Escape]").waitFor();
}

/** Opens the dialog that adds a role to the user of the page. */
export async function addRole(page: Page): Promise<void> {
  await press(page, "r");
  await topDialog(page).locator("li button").first().waitFor();
}

/** Adds the first role to the user of the page without saving. */
export async function stageRole(page: Page): Promise<void> {
  await addRole(page);
  await topDialog(page).locator("li button").first().click();
  await topDialog(page).waitFor({ state: "detached" });
}
