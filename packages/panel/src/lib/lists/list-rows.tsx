/** Rows of a list: their selection with checkboxes, and navigation with arrow keys. */
import { Trans } from "@lingui/react/macro";
import { type KeyboardEvent, type MouseEvent, useMemo, useState } from "react";
import { Checkbox } from "../../ui/forms/checkbox.tsx";
import table from "../../ui/tables/table.module.css";
import { VisuallyHidden } from "../../ui/text.tsx";

/** The selection of a list. */
export interface Selection {
  /** Selected rows, on this page and others. */
  readonly ids: ReadonlySet<string>;
  /** All matching rows are selected, also on other pages. */
  readonly isAll: boolean;
  readonly isEmpty: boolean;
  readonly has: (id: string) => boolean;
  readonly toggle: (id: string) => void;
  /** Sets the range between this row and the last toggled one to the state of that one. */
  readonly extendTo: (id: string) => void;
  /** State of the header checkbox: none, some or all rows of the page. */
  readonly page: "none" | "some" | "all";
  readonly togglePage: () => void;
  readonly selectAll: () => void;
  /** Reduces a selection of all matching rows to the current page. */
  readonly selectOnly: () => void;
  readonly clear: () => void;
}

interface SelectionState {
  readonly scope: string;
  readonly ids: ReadonlySet<string>;
  readonly isAll: boolean;
  /** The last toggled row. */
  readonly last: string | null;
}

/**
 * The selected rows. They are kept when the page changes, and cleared when `scope` (search and filters) changes.
 * Deselecting a row while all matching rows are selected keeps the other rows of the page.
 */
export function useSelection(scope: string, shown: readonly string[]): Selection {
  const [state, setState] = useState<SelectionState>({ scope, ...emptyState });
  // A new object renders all rows again.
  return useMemo(
    () => createSelection(state.scope === scope ? state : { scope, ...emptyState }, shown, setState),
    [state, scope, shown],
  );
}

function createSelection(
  chosen: SelectionState,
  shown: readonly string[],
  onChange: (next: SelectionState) => void,
): Selection {
  const { scope, ids, isAll, last } = chosen;
  const keep = (next: ReadonlySet<string>, more: Partial<SelectionState> = {}) =>
    onChange({ scope, ids: next, isAll: false, last: null, ...more });
  const has = (id: string) => isAll || ids.has(id);
  const toggle = (id: string) => {
    const next = new Set(isAll ? shown : ids);
    if (!next.delete(id)) next.add(id);
    keep(next, { last: id });
  };
  const count = shown.filter(has).length;
  const page = count === 0 ? "none" : count === shown.length ? "all" : "some";
  return {
    ids,
    isAll,
    isEmpty: !isAll && ids.size === 0,
    has,
    page,
    toggle,
    extendTo(id) {
      const between = range(shown, last, id);
      if (between === null || last === null || isAll) return toggle(id);
      keep(ids.has(last) ? new Set([...ids, ...between]) : exclude(ids, between), { last });
    },
    togglePage() {
      if (isAll) return keep(none);
      keep(page === "all" ? exclude(ids, shown) : new Set([...ids, ...shown]));
    },
    selectAll: () => keep(new Set([...ids, ...shown]), { isAll: true }),
    selectOnly: () => keep(new Set(shown)),
    clear: () => keep(none),
  };
}

const none: ReadonlySet<string> = new Set();
const emptyState = { ids: none, isAll: false, last: null } as const;

/** The rows between two ids, in either order; null when one of them isn't on the page. */
function range(shown: readonly string[], from: string | null, to: string): readonly string[] | null {
  const [start, end] = [shown.indexOf(from ?? ""), shown.indexOf(to)];
  if (start < 0 || end < 0) return null;
  return shown.slice(Math.min(start, end), Math.max(start, end) + 1);
}

function exclude(ids: ReadonlySet<string>, removed: readonly string[]): ReadonlySet<string> {
  const left = new Set(ids);
  for (const id of removed) left.delete(id);
  return left;
}

interface RowCheckboxProps {
  readonly id: string;
  /** "Select Aydın Kılınç". */
  readonly label: string;
  readonly selection: Selection;
}

/** The checkbox of a row. With Shift, a click or Space selects the range since the last toggled row. */
export function RowCheckbox({ id, label, selection }: RowCheckboxProps) {
  return (
    <Checkbox
      aria-label={label}
      data-row-checkbox=""
      checked={selection.has(id)}
      onChange={({ nativeEvent }) => {
        // The change event of a checkbox has a click as native event, which reports Shift.
        const isRange = nativeEvent instanceof MouseEvent && nativeEvent.shiftKey;
        if (isRange) selection.extendTo(id);
        else selection.toggle(id);
      }}
    />
  );
}

/** Id of the checkbox in the header; a page has one list. */
export const selectPageCheckboxId = "select-page";

/** The checkbox in the header: indeterminate while only some rows are selected. Named by `label` or a `<label>`. */
export function SelectPageCheckbox({
  label,
  selection,
}: {
  readonly label?: string;
  readonly selection: Selection;
}) {
  return (
    <Checkbox
      id={selectPageCheckboxId}
      aria-label={label}
      data-row-checkbox=""
      checked={selection.page === "all"}
      isMixed={selection.page === "some"}
      onChange={selection.togglePage}
    />
  );
}

interface SelectHeaderProps {
  /** "Select every user on this page". */
  readonly label: string;
  /** Null while the list is loading: the cell is empty. */
  readonly selection: Selection | null;
}

/** The header cell of the column of checkboxes. */
export function SelectHeader({ label, selection }: SelectHeaderProps) {
  return (
    <th scope="col" className={table["pick"]}>
      <VisuallyHidden>
        <Trans>Selection</Trans>
      </VisuallyHidden>
      {selection === null ? null : <SelectPageCheckbox label={label} selection={selection} />}
    </th>
  );
}

/** The header cell of the column of menus. */
export function ActionsHeader() {
  return (
    <th scope="col" className={table["menuColumn"]}>
      <VisuallyHidden>
        <Trans>Actions</Trans>
      </VisuallyHidden>
    </th>
  );
}

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

const controls = "a, button, input, label, select, textarea, summary";

/**
 * A click beside the link of a row opens its page, too. Controls, the cells of checkboxes and menus, selected text and
 * clicks with a modifier or another button keep their meaning.
 */
export function openRow(event: MouseEvent<HTMLElement>): void {
  const { target, currentTarget } = event;
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  // Events of menus and dialogs bubble here through React, not through the document.
  if (!(target instanceof Element) || !currentTarget.contains(target) || target.closest(controls)) return;
  if (target.closest("td, th")?.querySelector(`${rowCheckbox}, button[aria-haspopup]`)) return;
  if (getSelection()?.isCollapsed === false) return;
  const row = target.closest("tbody tr, li");
  if (row === null || !currentTarget.contains(row)) return;
  row.querySelector<HTMLElement>(rowLink)?.click();
}

/** Id of the search field; a page has one list. */
export const searchFieldId = "list-search";

/** Focuses the link of the first row, or its checkbox where rows have no links. */
export function focusFirstRow(): void {
  const [link] = listTargets(rowLink);
  (link ?? listTargets(rowCheckbox).find(({ id }) => id !== selectPageCheckboxId))?.focus();
}

function listTargets(selector: string): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(`#main ${selector}`)];
}
