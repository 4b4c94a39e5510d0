/** The copy of who may do what, in the memory of this process: built from what the stream says, asked without waiting. */
import {
  type Catalogue,
  type CompiledRole,
  can,
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

/** Who gave a role, as they were called then. */
export interface GrantedBy {
  readonly type: "user" | "api-key" | "system";
  /** Null for the system. */
  readonly id: string | null;
  readonly name: string;
}

interface Holder {
  readonly grants: readonly Grant<GrantedBy>[];
  subject: Subject<string, GrantedBy> | null;
  /** Server's time in ms at which the subject ends. */
  endsAt: number;
}

/** A copy that is complete, or is being made. Times are the server's, in milliseconds. */
export interface Copy {
  readonly take: <N extends keyof AccessEvents>(name: N, data: AccessEvents[N]) => void;
  readonly can: (userId: string, permission: string, time: number) => boolean;
  readonly explain: (userId: string, permission: string, time: number) => Explanation<string, GrantedBy>;
  readonly holders: (permission: string, time: number) => readonly string[];
  readonly permissionsOf: (userId: string, time: number) => readonly string[];
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
  const holders = new Map<string, Holder>();
  const compileAll = () => {
    roles = new Map([...stored.values()].map((role) => [role.id, compileRole(catalogue, role)]));
  };
  const forget = () => {
    for (const holder of holders.values()) holder.subject = null;
  };
  const takers: { readonly [N in keyof AccessEvents]: (data: AccessEvents[N]) => void } = {
    reset: () => undefined,
    current: () => undefined,
    catalogue: ({ groups }) => {
      catalogue = restoreCatalogue(groups);
      compileAll();
      forget();
    },
    roles: ({ roles: changed }) => {
      for (const role of changed) {
        if ("gone" in role) stored.delete(role.id);
        else stored.set(role.id, role);
      }
      compileAll();
      forget();
    },
    users: ({ users }) => {
      for (const { id, grants } of users) {
        if (grants.length === 0) holders.delete(id);
        else holders.set(id, { grants: grants.map(grantOf), subject: null, endsAt: 0 });
      }
    },
  };
  const subjectOf = (holder: Holder, time: number): Subject<string, GrantedBy> => {
    if (holder.subject !== null && time < holder.endsAt) return holder.subject;
    holder.subject = subjectAt({ catalogue, roles, grants: holder.grants, now: new Date(time) });
    holder.endsAt = holder.subject.changesAt?.getTime() ?? Number.POSITIVE_INFINITY;
    return holder.subject;
  };
  /** Nobody holds what only the panel knows. */
  const refuse = (permission: string): false => {
    if (declared.positions.has(permission) || catalogue.positions.has(permission)) return false;
    throw new UnknownPermission(permission, catalogue.permissions);
  };
  const has = (subject: Subject<string, GrantedBy>, permission: string): boolean => {
    try {
      return can(subject, permission);
    } catch {
      return refuse(permission);
    }
  };
  return {
    take: (name, data) => takers[name](data),
    can: (userId, permission, time) => {
      const holder = holders.get(userId);
      return holder === undefined ? refuse(permission) : has(subjectOf(holder, time), permission);
    },
    explain: (userId, permission, time) => {
      const holder = holders.get(userId);
      if (holder === undefined || !catalogue.positions.has(permission))
        return { allowed: refuse(permission), because: [] };
      return explain(subjectOf(holder, time), permission);
    },
    holders: (permission, time) =>
      [...holders].flatMap(([id, holder]) => (has(subjectOf(holder, time), permission) ? [id] : [])),
    permissionsOf: (userId, time) => {
      const holder = holders.get(userId);
      return holder === undefined ? [] : permissionSet.names(subjectOf(holder, time).permissions);
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
