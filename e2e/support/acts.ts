/** What several screens need to be brought into their state. No words: they differ by language. */
import type { Page } from "playwright-core";

/** The dialog on top. */
export const dialog = (page: Page) => page.locator("[role=dialog], [role=alertdialog]").last();

/** Waits for a dialog. */
export async function opened(page: Page): Promise<void> {
  await dialog(page).waitFor();
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

/** Takes the last item of an open menu: the one that takes something away. */
export async function chooseLast(page: Page): Promise<void> {
  await page.locator("[role=menuitem]").last().click();
  await opened(page);
}

/** Chooses the first two rows of a list. */
export async function selectTwo(page: Page): Promise<void> {
  const boxes = page.locator("main :is(tbody, ul) input[type=checkbox]");
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await page.locator("[data-docked] [aria-keyshortcuts=Escape]").waitFor();
}

/** Opens the choice of a role for the user of the page. */
export async function addRole(page: Page): Promise<void> {
  await press(page, "r");
  await dialog(page).locator("li button").first().waitFor();
}

/** Chooses a first role for the user of the page, without saving. */
export async function stageRole(page: Page): Promise<void> {
  await addRole(page);
  await dialog(page).locator("li button").first().click();
  await dialog(page).waitFor({ state: "detached" });
}
