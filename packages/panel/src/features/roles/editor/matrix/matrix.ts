/** The permission matrix: the state of each permission of a role and whether it can be changed. */
import { type Catalogue, permissionSet } from "@gatehouse/access";
import { type CatalogueGroup, foldText } from "@gatehouse/sdk/contract";
import type { GrantCeiling } from "../../../../lib/access/grant-ceiling.ts";

/** A permission of the catalogue. */
interface Action {
  readonly permission: string;
  readonly label: string;
  readonly group: string;
  readonly description: string;
  readonly sensitive: boolean;
}

/** The catalogue, indexed. */
export interface MatrixCatalogue {
  readonly groups: readonly {
    readonly key: string;
    readonly label: string;
    readonly actions: readonly Action[];
  }[];
  readonly actions: ReadonlyMap<string, Action>;
  readonly compiled: Catalogue;
  /** All permissions that a permission implies, without itself. */
  readonly implied: ReadonlyMap<string, readonly string[]>;
}

/** Indexes the catalogue. `groups` has its localized labels. */
export function indexCatalogue(compiled: Catalogue, groups: readonly CatalogueGroup[]): MatrixCatalogue {
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
    compiled,
    implied: new Map(
      compiled.permissions.map((permission) => {
        const closure = permissionSet.names(permissionSet.fromNames(compiled, [permission]));
        return [permission, closure.filter((other) => other !== permission)];
      }),
    ),
  };
}

/** One cell. */
export interface Cell {
  readonly action: Action;
  readonly state: "off" | "granted" | "implied";
  /** The permission that implies this one. */
  readonly via: Action | null;
  /** The permission that the editor doesn't have: this one, or one that it implies. */
  readonly lacks: Action | null;
  readonly change: "granted" | "taken" | null;
}

/** The input of the matrix. */
export interface MatrixInput {
  readonly catalogue: MatrixCatalogue;
  /** Saved permissions. */
  readonly saved: ReadonlySet<string>;
  /** Permissions of the draft. */
  readonly chosen: ReadonlySet<string>;
  /** Only permissions that the editor can grant can be changed. */
  readonly ceiling: GrantCeiling;
}

/** Every cell, by its permission. */
export function createCells({ catalogue, saved, chosen, ceiling }: MatrixInput): ReadonlyMap<string, Cell> {
  const before = permissionSet.fromStoredNames(catalogue.compiled, saved);
  const after = permissionSet.fromStoredNames(catalogue.compiled, chosen);
  const bringers = new Map<string, Action>();
  for (const permission of chosen)
    for (const brought of catalogue.implied.get(permission) ?? []) {
      const action = catalogue.actions.get(permission);
      if (action !== undefined && !bringers.has(brought)) bringers.set(brought, action);
    }
  return new Map(
    [...catalogue.actions].map(([permission, action]) => {
      const via = bringers.get(permission) ?? null;
      const state = via !== null ? "implied" : chosen.has(permission) ? "granted" : "off";
      const [was, is] = [permissionSet.has(before, permission), permissionSet.has(after, permission)];
      const change = was === is ? null : is ? "granted" : "taken";
      return [permission, { action, state, via, lacks: findMissing(action, catalogue, ceiling), change }];
    }),
  );
}

function findMissing(action: Action, { actions }: MatrixCatalogue, ceiling: GrantCeiling): Action | null {
  const decision = ceiling.checkPermissions([action.permission]);
  if (decision.allowed) return null;
  const [first = action.permission] = decision.missing;
  return decision.missing.includes(action.permission) ? action : (actions.get(first) ?? action);
}

/** Whether the cell can be toggled. */
export function isOpen({ state, lacks }: Cell): boolean {
  return state !== "implied" && lacks === null;
}

/** The chosen permissions after toggling a cell. */
export function toggle(chosen: ReadonlySet<string>, cell: Cell): ReadonlySet<string> {
  if (!isOpen(cell)) return chosen;
  const next = new Set(chosen);
  if (!next.delete(cell.action.permission)) next.add(cell.action.permission);
  return next;
}

/**
 * The chosen permissions after toggling a group: all unlocked ones, or none if all are granted. Permissions that another
 * one of the group implies are taken away with it.
 */
export function toggleAll(chosen: ReadonlySet<string>, cells: readonly Cell[]): ReadonlySet<string> {
  const open = cells.filter(isOpen);
  const next = new Set(chosen);
  if (!open.every(({ state }) => state === "granted")) {
    for (const { action } of open) next.add(action.permission);
    return next;
  }
  const unlocked = cells.filter(({ lacks }) => lacks === null);
  const removed = new Set(unlocked.map(({ action }) => action.permission));
  for (const { action, via } of unlocked)
    if (via === null || removed.has(via.permission)) next.delete(action.permission);
  return next;
}

/** The state of the group checkbox. */
export function getGroupState(cells: readonly Cell[]): "all" | "some" | "none" {
  const count = cells.filter(({ state }) => state !== "off").length;
  return count === 0 ? "none" : count === cells.length ? "all" : "some";
}

/** The filter of the matrix. */
export type MatrixFilter = "all" | "changed" | "granted" | "sensitive";

/** Whether the filter includes a cell. */
export function isShown({ change, state, action }: Cell, shown: MatrixFilter): boolean {
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

/** Whether a cell matches a search by name, group, description or key. */
export function isFound({ action }: Cell, query: string): boolean {
  const term = foldText(query.trim());
  const { label, group, description, permission } = action;
  return (
    term === "" ||
    [label, group, `${group} ${label}`, description, permission].some((text) => foldText(text).includes(term))
  );
}
