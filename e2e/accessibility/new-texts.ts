/**
 * The texts of a page whose colors have not been checked on an earlier page. Screens share most of their elements: computing the
 * contrast of all texts on every screen, at each width and in each theme, takes longer than all other rules together.
 *
 * Two texts have the same contrast if their elements have the same tags, classes and computed colors, up to the root.
 */
import type { Page } from "playwright-core";

/** What identifies the styles of the texts that axe has judged, at one width and theme. */
export type CheckedColors = Set<string>;

/** So many texts with the same new styles are checked: one of them may be where axe can't judge it. */
const maxTexts = 3;

/** The elements in the page that have new styles, as an expression; a map to what identifies the styles. */
const newTexts = "window.newTexts";

/** Runs in the page. A string, because the end-to-end tests are compiled without the types of a browser. */
const collect = `(checked, excluded, maxTexts) => {
  const styles = new Map();
  const describe = (element) => {
    if (element === null) return String(innerWidth);
    const known = styles.get(element);
    if (known !== undefined) return known;
    const { color, backgroundColor, backgroundImage, opacity, position, fontSize, fontWeight } = getComputedStyle(element);
    const own = [element.tagName, element.getAttribute("class"), color, backgroundColor, backgroundImage, opacity, position, fontSize, fontWeight];
    const hash = digest(describe(element.parentElement) + own.join());
    styles.set(element, hash);
    return hash;
  };
  const digest = (text) => {
    let [a, b] = [0x811c9dc5, 0x1b873593];
    for (let i = 0; i < text.length; i++) {
      a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
      b = Math.imul(b + text.charCodeAt(i), 0x5bd1e995) ^ (b >>> 15);
    }
    return (a >>> 0).toString(36) + "." + (b >>> 0).toString(36);
  };
  const isJudged = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    element.closest("[aria-hidden=true], [inert], :disabled, [aria-disabled=true]") === null &&
    element.closest(excluded) === null &&
    element.getBoundingClientRect().width > 1;
  const known = new Set(checked);
  const found = new Map();
  const counts = new Map();
  const add = (element) => {
    if (element === null || found.has(element) || !isJudged(element)) return;
    const hash = describe(element);
    const count = counts.get(hash) ?? 0;
    if (known.has(hash) || count === maxTexts) return;
    counts.set(hash, count + 1);
    found.set(element, hash);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (walker.currentNode.textContent.trim() !== "") add(walker.currentNode.parentElement);
  for (const field of document.querySelectorAll("input:not([type=checkbox], [type=radio], [type=file]), select, textarea")) add(field);
  ${newTexts} = found;
  return found.size;
}`;

/**
 * Finds the visible texts whose styles have not been checked, without those in `excluded` elements. Returns an expression for the
 * elements in the page; null if there are none.
 */
export async function findNewTexts(
  page: Page,
  checked: CheckedColors,
  excluded: readonly string[],
): Promise<string | null> {
  const args = `${JSON.stringify([...checked])}, ${JSON.stringify(excluded.join(", "))}, ${maxTexts}`;
  const count = await page.evaluate<number>(`(${collect})(${args})`);
  return count === 0 ? null : `[...${newTexts}.keys()]`;
}

/** An expression for what identifies the styles of `elements`, which is an expression for elements in the page. */
export const readStyles = (elements: string): string =>
  `${elements}.map((element) => ${newTexts}?.get(element)).filter((hash) => hash !== undefined)`;
