import { useMemo, useState } from "react";

/** Which rows of a list are selected. */
export interface Selection {
  /** Those that were ticked, on this page and others. */
  readonly ids: ReadonlySet<string>;
  /** Every row that matches, on this page or not. */
  readonly isAll: boolean;
  readonly isEmpty: boolean;
  readonly has: (id: string) => boolean;
  readonly toggle: (id: string) => void;
  /** The row, and all between it and the one that was toggled last: as that one was left. */
  readonly extendTo: (id: string) => void;
  /** The box in the table's head: none, some or all of the rows in sight. */
  readonly page: "none" | "some" | "all";
  readonly togglePage: () => void;
  readonly selectAll: () => void;
  /** Back from all that match to the page in sight. */
  readonly selectOnly: () => void;
  readonly clear: () => void;
}

interface Chosen {
  readonly scope: string;
  readonly ids: ReadonlySet<string>;
  readonly isAll: boolean;
  /** The row that was toggled last. */
  readonly last: string | null;
}

/**
 * Rows that were ticked. They stay while somebody pages through the list and go with `scope`: what is searched and
 * filtered for. To untick one of all that match leaves the others of the page.
 */
export function useSelection(scope: string, shown: readonly string[]): Selection {
  const [kept, keep] = useState<Chosen>({ scope, ...nothing });
  // Rows are drawn anew when this is another object.
  return useMemo(
    () => selectionOf(kept.scope === scope ? kept : { scope, ...nothing }, shown, keep),
    [kept, scope, shown],
  );
}

function selectionOf(chosen: Chosen, shown: readonly string[], onChange: (next: Chosen) => void): Selection {
  const { scope, ids, isAll, last } = chosen;
  const keep = (next: ReadonlySet<string>, more: Partial<Chosen> = {}) =>
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
      keep(ids.has(last) ? new Set([...ids, ...between]) : without(ids, between), { last });
    },
    togglePage() {
      if (isAll) return keep(none);
      keep(page === "all" ? without(ids, shown) : new Set([...ids, ...shown]));
    },
    selectAll: () => keep(new Set([...ids, ...shown]), { isAll: true }),
    selectOnly: () => keep(new Set(shown)),
    clear: () => keep(none),
  };
}

const none: ReadonlySet<string> = new Set();
const nothing = { ids: none, isAll: false, last: null } as const;

/** The rows from one to the other, whichever comes first; null when one of them isn't in sight. */
function range(shown: readonly string[], from: string | null, to: string): readonly string[] | null {
  const [start, end] = [shown.indexOf(from ?? ""), shown.indexOf(to)];
  if (start < 0 || end < 0) return null;
  return shown.slice(Math.min(start, end), Math.max(start, end) + 1);
}

function without(ids: ReadonlySet<string>, gone: readonly string[]): ReadonlySet<string> {
  const left = new Set(ids);
  for (const id of gone) left.delete(id);
  return left;
}
