/** What a guarded route needs: one permission, one of several, or all of several. */

/** One permission, `{ any: […] }` for at least one of several, or `{ all: […] }` for every one. */
export type Requirement<P extends string> =
  | P
  | { readonly any: readonly P[] }
  | { readonly all: readonly P[] };

/** A requirement that a guard checks. */
export interface CompiledRequirement<P extends string> {
  /** The permissions that `isMet` asks for. */
  readonly permissions: readonly P[];
  readonly isMet: (has: (permission: P) => Promise<boolean>) => Promise<boolean>;
  /** "This needs the permission a:view." */
  readonly sentence: string;
}

/**
 * Checks a requirement when a guard is created.
 * @throws TypeError for a requirement of another shape or without a permission, and what `assertKnown` throws
 */
export function compileRequirement<P extends string>(
  requirement: Requirement<P>,
  assertKnown: (permission: P) => void,
): CompiledRequirement<P> {
  const { permissions, isAny } = readRequirement(requirement);
  for (const permission of permissions) assertKnown(permission);
  const kind = permissions.length === 1 ? "the permission" : isAny ? "one of" : "all of";
  return {
    permissions,
    isMet: async (has) => {
      const results = await Promise.all(permissions.map(has));
      return isAny ? results.includes(true) : !results.includes(false);
    },
    sentence: `This needs ${kind} ${permissions.join(", ")}.`,
  };
}

function readRequirement<P extends string>(
  requirement: Requirement<P>,
): { readonly permissions: readonly P[]; readonly isAny: boolean } {
  if (typeof requirement === "string") return { permissions: [requirement], isAny: false };
  const { any, all } = requirement as { readonly any?: readonly P[]; readonly all?: readonly P[] };
  const permissions = any ?? all;
  const isOne = (any === undefined) !== (all === undefined);
  if (!isOne || !Array.isArray(permissions) || permissions.length === 0)
    throw new TypeError("require takes a name, { any: […] } or { all: […] } with at least one name.");
  return { permissions: [...permissions], isAny: any !== undefined };
}
