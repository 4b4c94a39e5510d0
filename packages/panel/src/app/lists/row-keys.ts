import type { KeyboardEvent } from "react";

/** Marks the link of a row for the arrow keys: `<Link data-row-link="">`. */
const rowLink = "[data-row-link]";
/** Marks the check boxes of rows, and the one above them. */
const rowBox = "[data-row-box]";

/** Arrow up and down lead from link to link or from box to box, and from the first back to the search box. */
export function moveBetweenRows(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const { target } = event;
  if (!(target instanceof HTMLElement)) return;
  const kind = [rowLink, rowBox].find((mark) => target.matches(mark));
  if (kind === undefined) return;
  event.preventDefault();
  const stops = stopsOf(kind);
  const next = stops.indexOf(target) + (event.key === "ArrowDown" ? 1 : -1);
  if (next < 0) document.getElementById(searchBoxId)?.focus();
  else stops[next]?.focus();
}

/** Id of a list's search box: a page has one list. */
export const searchBoxId = "list-search";

/** Puts the focus on the first row of the list. */
export function focusFirstRow(): void {
  stopsOf(rowLink)[0]?.focus();
}

function stopsOf(mark: string): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(`#main ${mark}`)];
}
