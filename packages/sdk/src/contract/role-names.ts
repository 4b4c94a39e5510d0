/** Finds the roles that a cell of a table names: for invitations and imports. */
import { foldText } from "./fold.ts";
import type { RoleView } from "./roles.ts";

/** The roles of a cell, or why there are none: a name that no role has, or a cell that can be read in several ways. */
type ResolvedRoles =
  | { readonly roleIds: readonly string[] }
  | { readonly unknown: string }
  | { readonly ambiguous: string };

/** The names of all roles. */
export interface RoleNames {
  readonly resolve: (cell: string) => ResolvedRoles;
}

const separator = /([,;|\n])/;

type NamedRole = Pick<RoleView, "id" | "name"> & Partial<Pick<RoleView, "defaultName" | "translations">>;

/**
 * Indexes roles by name, in every language; case and accents don't matter. Where two roles share a name, the one that is shown
 * with it counts, then the one that has it by default. A name may contain the characters that separate names in a cell, so
 * the whole cell is tried as one name first, then the parts between `;`, `|` and line breaks, then those between commas.
 */
export function indexRoleNames(roles: readonly NamedRole[]): RoleNames {
  const index = (listNames: (role: NamedRole) => readonly string[]) =>
    roles.flatMap((role) => listNames(role).map((name) => [foldText(name.trim()), role.id] as const));
  const byName = new Map([
    ...index(({ translations = {} }) => Object.values(translations).flatMap((texts) => texts?.name ?? [])),
    ...index(({ name, defaultName = name }) => [defaultName]),
    ...index(({ name }) => [name]),
  ]);
  const find = (name: string) => byName.get(foldText(name.trim()));
  const resolved = new Map<string, ResolvedRoles>();
  function resolve(cell: string): ResolvedRoles {
    const known = resolved.get(cell) ?? resolveCell(cell, find);
    resolved.set(cell, known);
    return known;
  }
  return { resolve };
}

type Find = (name: string) => string | undefined;

function resolveCell(cell: string, find: Find): ResolvedRoles {
  const whole = find(cell);
  if (whole !== undefined) return { roleIds: [whole] };
  const parts = cell.split(/[;|\n]/).filter((part) => part.trim() !== "");
  if (parts.length > 1) {
    const results = parts.map((part) => resolveCell(part, find));
    const roleIds = results.flatMap((result) => ("roleIds" in result ? result.roleIds : []));
    if (results.every((result) => "roleIds" in result)) return { roleIds: [...new Set(roleIds)] };
  }
  return splitAtEverySeparator(cell, find);
}

/** Most roles in one cell; the server accepts no more for an invitation. */
const maxParts = 100;

/** Every way to join neighboring parts to names of roles; more than one is ambiguous. */
function splitAtEverySeparator(cell: string, find: Find): ResolvedRoles {
  const pieces = cell.split(separator);
  const count = (pieces.length + 1) / 2;
  if (count > maxParts) return { unknown: cell };
  /** Ways to read the parts before each index, at most 2, and one of them. */
  const ways: { count: number; roleIds: readonly string[] }[] = [{ count: 1, roleIds: [] }];
  for (let end = 1; end <= count; end += 1) {
    const way = { count: 0, roleIds: [] as readonly string[] };
    for (let start = 0; start < end; start += 1) {
      const before = ways[start];
      const text = pieces.slice(start * 2, end * 2 - 1).join("");
      const id = text.trim() === "" ? "" : find(text);
      if (before === undefined || before.count === 0 || id === undefined) continue;
      way.count = Math.min(2, way.count + before.count);
      way.roleIds = id === "" ? before.roleIds : [...before.roleIds, id];
    }
    ways[end] = way;
  }
  const last = ways[count];
  if (last?.count === 1) return { roleIds: [...new Set(last.roleIds)] };
  if (last !== undefined && last.count > 1) return { ambiguous: cell.trim() };
  const names = cell.split(/[,;|\n]/).map((name) => name.trim());
  return { unknown: names.find((name) => name !== "" && find(name) === undefined) ?? cell.trim() };
}
