/** The copy of who may do what, in the memory of this process: built from what the stream says, asked without waiting. */
import {
  type Catalogue,
  type CompiledRole,
  compileRole,
  type Explanation,
  explain,
  type Grant,
  permissionSet,
  type Subject,
  subjectAt,
  UnknownPermission,
} from "@gatehouse/access";
import { restoreCatalogue } from "@gatehouse/access/catalogue";
import type { AccessEvents, AccessRole, AccessUser } from "./contract/changes.ts";
import { createHoldings } from "./holdings.ts";

/** Who gave a role, as they were called then. */
export interface GrantedBy {
  readonly type: "user" | "api-key" | "system";
  /** Null for the system. */
  readonly id: string | null;
  readonly name: string;
}

/** A copy that is complete, or is being made. Times are the server's, in milliseconds. */
export interface Copy {
  readonly take: <N extends keyof AccessEvents>(name: N, data: AccessEvents[N]) => void;
  readonly can: (userId: string, permission: string, time: number) => boolean;
  readonly explain: (userId: string, permission: string, time: number) => Explanation<string, GrantedBy>;
  readonly holders: (permission: string, time: number) => readonly string[];
  readonly permissionsOf: (userId: string, time: number) => readonly string[];
  /** Whether a grant may have ended since this was last asked. */
  readonly hasEnded: (time: number) => boolean;
  /** Whether the installation knows the permission. */
  readonly knows: (permission: string) => boolean;
}

/**
 * An empty copy. `declared` is what the panel declares: a name that only the panel knows gives nothing to anybody yet, and
 * one that neither knows is a mistake in the code.
 */
export function createCopy(declared: Catalogue): Copy {
  let catalogue: Catalogue = declared;
  let roles = new Map<string, CompiledRole>();
  const stored = new Map<string, Exclude<AccessRole, { gone: true }>>();
  const grants = new Map<string, readonly Grant<GrantedBy>[]>();
  const subjectOf = (userId: string, time: number): Subject<string, GrantedBy> | null => {
    const held = grants.get(userId);
    return held === undefined ? null : subjectAt({ catalogue, roles, grants: held, now: new Date(time) });
  };
  /** Nobody holds what only the panel knows. */
  const refuse = (permission: string): false => {
    if (declared.positions.has(permission) || catalogue.positions.has(permission)) return false;
    throw new UnknownPermission(permission, catalogue.permissions);
  };
  let holdings = createHoldings(catalogue, { subjectOf, refuse });
  const compileAll = () => {
    roles = new Map([...stored.values()].map((role) => [role.id, compileRole(catalogue, role)]));
    holdings = createHoldings(catalogue, { subjectOf, refuse });
  };
  /** When the first grant ends. */
  let nextEnd = Number.POSITIVE_INFINITY;
  const noteEnds = (held: readonly Grant<GrantedBy>[], after: number): void => {
    for (const { expiresAt } of held) {
      const end = expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
      if (end > after) nextEnd = Math.min(nextEnd, end);
    }
  };
  const takers: { readonly [N in keyof AccessEvents]: (data: AccessEvents[N]) => void } = {
    reset: () => undefined,
    current: () => undefined,
    catalogue: ({ groups }) => {
      catalogue = restoreCatalogue(groups);
      compileAll();
    },
    roles: ({ roles: changed }) => {
      for (const role of changed) {
        if ("gone" in role) stored.delete(role.id);
        else stored.set(role.id, role);
      }
      compileAll();
    },
    users: ({ users }) => {
      for (const { id, grants: given } of users) {
        const held = given.map(grantOf);
        if (held.length === 0) grants.delete(id);
        else grants.set(id, held);
        noteEnds(held, Number.NEGATIVE_INFINITY);
        holdings.forget(id);
      }
    },
  };
  return {
    take: (name, data) => takers[name](data),
    can: (userId, permission, time) => holdings.has(userId, permission, time),
    explain: (userId, permission, time) => {
      const subject = subjectOf(userId, time);
      if (subject === null || !catalogue.positions.has(permission))
        return { allowed: refuse(permission), because: [] };
      return explain(subject, permission);
    },
    holders: (permission, time) => [...grants.keys()].filter((id) => holdings.has(id, permission, time)),
    permissionsOf: (userId, time) => {
      const subject = subjectOf(userId, time);
      return subject === null ? [] : permissionSet.names(subject.permissions);
    },
    hasEnded: (time) => {
      if (time < nextEnd) return false;
      nextEnd = Number.POSITIVE_INFINITY;
      for (const held of grants.values()) noteEnds(held, time);
      return true;
    },
    knows: (permission) => catalogue.positions.has(permission),
  };
}

function grantOf({
  roleId,
  grantedBy,
  grantedAt,
  expiresAt,
}: AccessUser["grants"][number]): Grant<GrantedBy> {
  return {
    roleId,
    grantedBy,
    grantedAt: new Date(grantedAt),
    ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }),
  };
}
