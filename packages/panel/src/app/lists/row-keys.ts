import type { KeyboardEvent } from "react";

/** Marks the link of a row for the arrow keys: `<Link data-row-link="">`. */
const rowLink = "[data-row-link]";

/** Arrow up and down lead from row to row, and from the first row back to the search box. */
export function moveBetweenRows(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!(event.target instanceof HTMLElement) || !event.target.matches(rowLink)) return;
  event.preventDefault();
  const links = rowLinks();
  const next = links.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
  if (next < 0) document.getElementById(searchBoxId)?.focus();
  else links[next]?.focus();
}

/** Id of a list's search box: a page has one list. */
export const searchBoxId = "list-search";

/** Puts the focus on the first row of the list. */
export function focusFirstRow(): void {
  rowLinks()[0]?.focus();
}

function rowLinks(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(`#main ${rowLink}`)];
}
