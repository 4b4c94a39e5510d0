/** What axe doesn't look for: references that lead nowhere, names that hide a label, tab stops that do nothing, small type. */
import type { Page } from "playwright-core";

/** Runs in the page. A string, because the end-to-end tests are compiled without the types of a browser. */
const inspect = `(() => {
  const found = new Set();
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.closest("[aria-hidden=true]") === null;
  const describe = (element) => element.outerHTML.slice(0, 160);
  const fold = (text) => text.toLowerCase().replace(/[^\\p{L}\\p{N}+/]+/gu, " ").trim();
  for (const attribute of ["aria-describedby", "aria-labelledby", "aria-controls", "aria-errormessage", "aria-activedescendant"])
    for (const element of document.querySelectorAll("[" + attribute + "]"))
      for (const id of element.getAttribute(attribute).split(/\\s+/).filter(Boolean)) {
        const target = document.getElementById(id);
        if (target === null) found.add(attribute + " points to nothing: " + describe(element));
        else if (attribute === "aria-describedby" && target.textContent.trim() === "" && target.getAttribute("aria-live") === null)
          found.add(attribute + " points to an empty element: " + describe(element));
      }
  for (const element of document.querySelectorAll("a[disabled]")) found.add("a link has disabled: " + describe(element));
  for (const element of document.querySelectorAll("time[tabindex='0'], p[tabindex='0'], span[tabindex='0']:not([role])"))
    found.add("a text is a tab stop: " + describe(element));
  for (const element of document.querySelectorAll("thead td")) found.add("a column has no header cell: " + describe(element));
  for (const element of document.querySelectorAll("button[aria-label], a[aria-label], [role=button][aria-label]")) {
    if (!isShown(element)) continue;
    const text = [...element.childNodes].filter((node) => node.nodeType === 3 || (node.nodeType === 1 && node.getAttribute("aria-hidden") !== "true"))
      .map((node) => node.nodeType === 3 ? node.textContent : " " + node.textContent + " ").join("");
    if (!fold(element.getAttribute("aria-label")).includes(fold(text))) found.add("the name lacks the label: " + describe(element));
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (walker.currentNode.textContent.trim() === "" || !isShown(parent)) continue;
    // Initials are a picture: the name stands beside them.
    if (parseFloat(getComputedStyle(parent).fontSize) < 12) found.add("the type is smaller than 12 px: " + describe(parent));
  }
  for (const element of document.querySelectorAll("[role=dialog] *, [role=alertdialog] *")) {
    const { overflowX } = getComputedStyle(element);
    const scrolls = (overflowX === "auto" || overflowX === "scroll") && !element.matches("input, textarea, pre, nav");
    if (scrolls && isShown(element) && element.scrollWidth > element.clientWidth + 1)
      found.add("a dialog scrolls sideways: " + describe(element));
  }
  if (innerWidth <= 760)
    for (const element of document.querySelectorAll("input:not([type=checkbox], [type=radio], [type=file]), select, textarea"))
      if (isShown(element) && parseFloat(getComputedStyle(element).fontSize) < 16)
        found.add("a phone would zoom into this field: " + describe(element));
  return [...found].slice(0, 12);
})()`;

/** Faults in the structure of the page as it stands, each with the element. */
export async function findStructureProblems(page: Page): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(inspect);
}
