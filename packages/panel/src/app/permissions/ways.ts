/** Through what a permission is held, one line a role. Pure. */
import type { Holder } from "@gatehouse/sdk/contract";
import { nameBeside, type PermissionWords } from "../words/permission-words.ts";

/** A role that gives a permission. */
export interface Way {
  readonly roleId: string;
  readonly roleName: string;
  /** The role's permissions that include this one, in words; empty where the role names it itself. */
  readonly impliedBy: readonly string[];
}

/** Puts the paths of each role together. What a role gives itself needs no detour told. */
export function waysOf(
  permission: string,
  because: Holder["because"],
  words: ReadonlyMap<string, PermissionWords>,
): readonly Way[] {
  const byRole = Map.groupBy(because, ({ roleId }) => roleId);
  return [...byRole].map(([roleId, reasons]) => {
    const implied = reasons.flatMap(({ impliedBy }) => impliedBy ?? []);
    const isDirect = implied.length < reasons.length;
    return {
      roleId,
      roleName: reasons[0]?.roleName ?? "",
      impliedBy: isDirect ? [] : implied.map((source) => nameBeside(source, permission, words)),
    };
  });
}
