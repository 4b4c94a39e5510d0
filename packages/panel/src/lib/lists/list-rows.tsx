import { useMemo, useState } from "react";

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
