/** The permission matrix: what a role gives, cell by cell, and what may be changed. Pure. */
import { type CatalogueGroup, foldText } from "@gatehouse/sdk/contract";
import { givenBy, type Implied, impliedOf } from "../../../app/roles/implied.ts";

/** A permission of the catalogue. */
interface Action {
  readonly permission: string;
  readonly label: string;
  readonly group: string;
  readonly description: string;
  readonly sensitive: boolean;
}

/** The catalogue, ready for looking things up. */
export interface MatrixCatalogue {
  readonly groups: readonly {
    readonly key: string;
    readonly label: string;
    readonly actions: readonly Action[];
  }[];
  readonly actions: ReadonlyMap<string, Action>;
  /** Everything that a permission brings with it, itself left out. */
  readonly brings: Implied;
}

/** Reads the catalogue once for many questions. */
export function readCatalogue(groups: readonly CatalogueGroup[]): MatrixCatalogue {
  const read = groups.map(({ key, label, actions }) => ({
    key,
    label,
    actions: actions.map((one) => ({
      permission: one.permission,
      label: one.label,
      group: label,
      description: one.description ?? "",
      sensitive: one.sensitive,
    })),
  }));
  return {
    groups: read,
    actions: new Map(read.flatMap(({ actions }) => actions.map((action) => [action.permission, action]))),
    brings: impliedOf(groups),
  };
}

/** One cell. */
export interface Cell {
  readonly action: Action;
  readonly state: "off" | "granted" | "implied";
  /** The permission that brings this one. */
  readonly via: Action | null;
  /** What the editor lacks: this permission itself, or one that it brings. */
  readonly lacks: Action | null;
  readonly change: "granted" | "taken" | null;
}

/** What the matrix is worked out from. */
export interface MatrixInput {
  readonly catalogue: MatrixCatalogue;
  /** As saved. */
  readonly saved: ReadonlySet<string>;
  /** As chosen now. */
  readonly chosen: ReadonlySet<string>;
  /** What the editor holds; nobody gives or takes more. */
  readonly held: ReadonlySet<string>;
}

/** Every cell, by its permission. */
export function cellsOf({ catalogue, saved, chosen, held }: MatrixInput): ReadonlyMap<string, Cell> {
  const [before, after] = [givenBy(saved, catalogue.brings), givenBy(chosen, catalogue.brings)];
  const bringers = new Map<string, Action>();
  for (const permission of chosen)
    for (const brought of catalogue.brings.get(permission) ?? []) {
      const action = catalogue.actions.get(permission);
      if (action !== undefined && !bringers.has(brought)) bringers.set(brought, action);
    }
  return new Map(
    [...catalogue.actions].map(([permission, action]) => {
      const via = bringers.get(permission) ?? null;
      const state = via !== null ? "implied" : chosen.has(permission) ? "granted" : "off";
      const [was, is] = [before.has(permission), after.has(permission)];
      const change = was === is ? null : is ? "granted" : "taken";
      return [permission, { action, state, via, lacks: lackOf(action, catalogue, held), change }];
    }),
  );
}

function lackOf(
  action: Action,
  { brings, actions }: MatrixCatalogue,
  held: ReadonlySet<string>,
): Action | null {
  const needed = [action.permission, ...(brings.get(action.permission) ?? [])];
  const missing = needed.find((permission) => !held.has(permission));
  return missing === undefined ? null : (actions.get(missing) ?? action);
}

/** Whether a press changes the cell. */
export function isOpen({ state, lacks }: Cell): boolean {
  return state !== "implied" && lacks === null;
}

/** What is chosen after a press on a cell. */
export function toggle(chosen: ReadonlySet<string>, cell: Cell): ReadonlySet<string> {
  if (!isOpen(cell)) return chosen;
  const next = new Set(chosen);
  if (!next.delete(cell.action.permission)) next.add(cell.action.permission);
  return next;
}

/** What is chosen after a press on the box of a group: all of it, or nothing once everything open is granted. */
export function toggleAll(chosen: ReadonlySet<string>, cells: readonly Cell[]): ReadonlySet<string> {
  const open = cells.filter(isOpen);
  const next = new Set(chosen);
  const isFull = open.every(({ state }) => state === "granted");
  for (const { action } of open) {
    if (isFull) next.delete(action.permission);
    else next.add(action.permission);
  }
  return next;
}

/** How the box of a group looks. */
export function boxOf(cells: readonly Cell[]): "all" | "some" | "none" {
  const count = cells.filter(({ state }) => state !== "off").length;
  return count === 0 ? "none" : count === cells.length ? "all" : "some";
}

/** Which cells are shown. */
export type Shown = "all" | "changed" | "granted" | "sensitive";

/** Whether a cell belongs to what is shown. */
export function isShown({ change, state, action }: Cell, shown: Shown): boolean {
  switch (shown) {
    case "all":
      return true;
    case "changed":
      return change !== null;
    case "granted":
      return state !== "off";
    case "sensitive":
      return action.sensitive;
  }
}

/** Whether a search finds a cell: in its name, its group, its description or its key. */
export function isFound({ action }: Cell, query: string): boolean {
  const wanted = foldText(query.trim());
  const { label, group, description, permission } = action;
  return (
    wanted === "" ||
    [label, group, `${group} ${label}`, description, permission].some((text) =>
      foldText(text).includes(wanted),
    )
  );
}
