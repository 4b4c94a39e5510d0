/**
 * The texts of a page whose colors have not been checked on an earlier page. Screens share most of their elements: computing the
 * contrast of all texts on every screen, at each width and in each theme, takes longer than all other rules together.
 *
 * Two texts have the same contrast if their elements have the same tags, classes and computed colors, up to the root.
 */

/** What identifies the styles of the texts that axe has judged. */
export type CheckedColors = Set<string>;

/** So many texts with the same new styles are checked: one of them may be where axe can't judge it. */
const maxTexts = 3;

/** Matches a text that is to be checked. */
export const newText = "[data-new-text]";

/** The mark as it is in the HTML of an element. */
export const newTextMark = ' data-new-text=""';

/** Runs in the page: records which texts axe judges. It leaves out those that it can't see. */
export const watchContrast = `{
  const contrast = axe._audit.checks["color-contrast"];
  const { evaluate } = contrast;
  window.judgedTexts = new Set();
  contrast.evaluate = function (element, ...rest) {
    judgedTexts.add(element);
    return evaluate.call(this, element, ...rest);
  };
}`;

/** Runs in the page. A string, because the end-to-end tests are compiled without the types of a browser. */
const collect = `(checked, excluded, maxTexts) => {
  const styles = new Map();
  const describe = (element) => {
    if (element === null) return "";
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
  return found;
}`;

/**
 * Statements for the page: mark the visible texts whose styles have not been checked, without those in `excluded` elements.
 * `newTexts` are their elements; `unmarkTexts()` removes the marks and returns what identifies the styles of those that axe judged.
 */
export function markNewTexts(known: CheckedColors, excluded: readonly string[]): string {
  const args = `${JSON.stringify([...known])}, ${JSON.stringify(excluded.join(", "))}, ${maxTexts}`;
  return `const newTexts = (${collect})(${args});
    judgedTexts.clear();
    for (const element of newTexts.keys()) element.setAttribute("data-new-text", "");
    const unmarkTexts = () => {
      for (const element of newTexts.keys()) element.removeAttribute("data-new-text");
      return [...newTexts].flatMap(([element, style]) => (judgedTexts.has(element) ? [style] : []));
    };`;
}
