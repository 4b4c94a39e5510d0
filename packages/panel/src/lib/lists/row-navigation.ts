import type { KeyboardEvent } from "react";

/** Links of rows: `<Link data-row-link="">`. */
const rowLink = "[data-row-link]";
/** Checkboxes of rows and of the header. */
const rowCheckbox = "[data-row-checkbox]";

/** Arrow up and down move between links or between checkboxes; from the first one up to the search field. */
export function moveBetweenRows(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const { target } = event;
  if (!(target instanceof HTMLElement)) return;
  const selector = [rowLink, rowCheckbox].find((one) => target.matches(one));
  if (selector === undefined) return;
  event.preventDefault();
  const targets = listTargets(selector);
  const next = targets.indexOf(target) + (event.key === "ArrowDown" ? 1 : -1);
  if (next < 0) document.getElementById(searchFieldId)?.focus();
  else targets[next]?.focus();
}

/** Id of the search field; a page has one list. */
export const searchFieldId = "list-search";

/** Focuses the link of the first row. */
export function focusFirstRow(): void {
  listTargets(rowLink)[0]?.focus();
}

function listTargets(selector: string): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(`#main ${selector}`)];
}
