import { useState } from "react";

/** Which rows of a list are selected. */
export interface Selection {
  /** Those that were ticked, on this page and others. */
  readonly ids: ReadonlySet<string>;
  /** Every row that matches, on this page or not. */
  readonly isAll: boolean;
  readonly isEmpty: boolean;
  readonly has: (id: string) => boolean;
  readonly toggle: (id: string) => void;
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
}

/**
 * Rows that were ticked. They stay while somebody pages through the list and go with `scope`: what is searched and
 * filtered for. To untick one of all that match leaves the others of the page.
 */
export function useSelection(scope: string, shown: readonly string[]): Selection {
  const [kept, setKept] = useState<Chosen>({ scope, ids: none, isAll: false });
  const { ids, isAll } = kept.scope === scope ? kept : { ids: none, isAll: false };
  const keep = (next: ReadonlySet<string>, all = false) => setKept({ scope, ids: next, isAll: all });
  const has = (id: string) => isAll || ids.has(id);
  const chosen = shown.filter(has).length;
  const page = chosen === 0 ? "none" : chosen === shown.length ? "all" : "some";
  return {
    ids,
    isAll,
    isEmpty: !isAll && ids.size === 0,
    has,
    page,
    toggle(id) {
      const next = new Set(isAll ? shown : ids);
      if (!next.delete(id)) next.add(id);
      keep(next);
    },
    togglePage() {
      if (isAll) return keep(none);
      keep(page === "all" ? without(ids, shown) : new Set([...ids, ...shown]));
    },
    selectAll: () => keep(new Set([...ids, ...shown]), true),
    selectOnly: () => keep(new Set(shown)),
    clear: () => keep(none),
  };
}

const none: ReadonlySet<string> = new Set();

function without(ids: ReadonlySet<string>, gone: readonly string[]): ReadonlySet<string> {
  const left = new Set(ids);
  for (const id of gone) left.delete(id);
  return left;
}
