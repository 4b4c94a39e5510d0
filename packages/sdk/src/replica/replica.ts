/** An in-memory replica of roles and grants. The change stream updates it; checks are synchronous. */
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
import { compileCatalogue, createPermissionTable } from "@gatehouse/access/catalogue";
import type { AccessEvents, AccessRole, AccessSnapshot, AccessUser } from "../contract/changes.ts";
import { findGrants, grantsAt, idAt } from "./snapshot-pages.ts";

/** Users' permissions. Times are the server's, in milliseconds. */
interface PermissionCache {
  /** Whether the user has the permission. `rejectUnknown` handles a name that the catalogue doesn't have. */
  readonly has: (userId: string, permission: string, time: number) => boolean;
  /** Call when the user's grants changed. */
  readonly invalidate: (userId: string) => void;
}

/** How missing entries are computed. */
interface PermissionCacheOptions {
  /** The user's effective permissions at that time; null for a user without grants. */
  readonly getSubject: (userId: string, time: number) => Subject<string, unknown> | null;
  /** Returns false for a permission that nobody can have, or throws for an unknown one. */
  readonly rejectUnknown: (permission: string) => false;
}

/** An empty cache for one catalogue and one set of roles. */
function createPermissionCache(
  catalogue: Catalogue,
  { getSubject, rejectUnknown }: PermissionCacheOptions,
): PermissionCache {
  const table = createPermissionTable(catalogue);
  const rows = new Map<string, number>();
  const freeRows: number[] = [];
  /** User id → expiry of the first grant. */
  const expiries = new Map<string, number>();
  let nextExpiry = Number.POSITIVE_INFINITY;

  const invalidate = (userId: string): void => {
    const row = rows.get(userId);
    if (row === undefined) return;
    rows.delete(userId);
    expiries.delete(userId);
    freeRows.push(row);
  };
  const invalidateExpired = (time: number): void => {
    nextExpiry = Number.POSITIVE_INFINITY;
    for (const [userId, expiry] of expiries) {
      if (expiry <= time) invalidate(userId);
      else nextExpiry = Math.min(nextExpiry, expiry);
    }
  };
  const compute = (userId: string, permission: string, time: number): boolean => {
    const subject = getSubject(userId, time);
    if (subject === null || !catalogue.positions.has(permission)) return rejectUnknown(permission);
    const row = freeRows.pop() ?? rows.size;
    rows.set(userId, row);
    table.put(row, subject.permissions);
    if (subject.changesAt !== null) {
      const expiry = subject.changesAt.getTime();
      expiries.set(userId, expiry);
      nextExpiry = Math.min(nextExpiry, expiry);
    }
    return permissionSet.has(subject.permissions, permission);
  };
  return {
    has: (userId, permission, time) => {
      if (time >= nextExpiry) invalidateExpired(time);
      const row = rows.get(userId);
      if (row === undefined) return compute(userId, permission, time);
      try {
        return table.has(row, permission);
      } catch {
        return rejectUnknown(permission);
      }
    },
    invalidate,
  };
}

/** Who granted a role, with their name at that time. */
export interface GrantedBy {
  readonly type: "user" | "api-key" | "system";
  /** Null for the system. */
  readonly id: string | null;
  readonly name: string;
}

/** A role as the server sends it. */
export type StoredRole = Exclude<AccessRole, { gone: true }>;

/** Compiles catalogues and roles. Many replicas can share the results. */
export interface Compiler {
  readonly compileCatalogue: (groups: Catalogue["definition"]) => Catalogue;
  readonly compileRole: (catalogue: Catalogue, role: StoredRole) => CompiledRole;
  /** The role to keep: the same, or an equal one. */
  readonly keepRole: (role: StoredRole) => StoredRole;
}

/** A replica, complete or loading. Times are the server's, in milliseconds. */
export interface Replica {
  readonly apply: <N extends keyof AccessEvents>(name: N, data: AccessEvents[N]) => void;
  readonly can: (userId: string, permission: string, time: number) => boolean;
  readonly explain: (userId: string, permission: string, time: number) => Explanation<string, GrantedBy>;
  readonly usersWith: (permission: string, time: number) => readonly string[];
  readonly permissionsOf: (userId: string, time: number) => readonly string[];
  /** Whether a grant may have expired since the last call. */
  readonly hasExpired: (time: number) => boolean;
  /** The id of the user with a panel's own id; only of users with grants. */
  readonly findUserId: (externalId: string) => string | undefined;
  /** Whether the installation's catalogue has the permission. */
  readonly hasPermission: (permission: string) => boolean;
}

/**
 * An empty replica. `declared` is the panel's catalogue: nobody has a permission yet that only the panel declares, and a
 * permission that neither declares throws. `isDeclared` adds the names of other parts of the program.
 */
export function createReplica(
  declared: Catalogue,
  isDeclared: (permission: string) => boolean = (permission) => declared.positions.has(permission),
  compiler: Compiler = { compileCatalogue, compileRole, keepRole: (role) => role },
): Replica {
  let catalogue: Catalogue = declared;
  let roles = new Map<string, CompiledRole>();
  const storedRoles = new Map<string, StoredRole>();
  const pages: AccessSnapshot[] = [];
  /** Of users who changed since the snapshot; without grants for those who have none any more. */
  const changed = new Map<string, readonly Grant<GrantedBy>[]>();
  /** An id is a user's while both maps say so: a user may get the id that another one had, in the same event. */
  const userIds = new Map<string | undefined, string>();
  const externalIds = new Map<string | undefined, string | undefined>();
  const getSubject = (userId: string, time: number): Subject<string, GrantedBy> | null => {
    const held = changed.get(userId) ?? findGrants(pages, userId);
    return held === undefined || held.length === 0 ? null : toSubject(held, time);
  };
  const toSubject = (grants: readonly Grant<GrantedBy>[], time: number) =>
    subjectAt({ catalogue, roles, grants, now: new Date(time) });
  const rejectUnknown = (permission: string): false => {
    if (isDeclared(permission) || catalogue.positions.has(permission)) return false;
    throw new UnknownPermission(permission, catalogue.permissions);
  };
  let cache = createPermissionCache(catalogue, { getSubject, rejectUnknown });
  const recompile = () => {
    roles = new Map(
      [...storedRoles.values()].map((role) => [role.id, compiler.compileRole(catalogue, role)]),
    );
    cache = createPermissionCache(catalogue, { getSubject, rejectUnknown });
  };
  /** When the first grant expires. */
  let nextExpiry = Number.POSITIVE_INFINITY;
  const trackExpiry = (expiry: number, after = Number.NEGATIVE_INFINITY): void => {
    if (expiry > after) nextExpiry = Math.min(nextExpiry, expiry);
  };
  const trackExpiries = (held: readonly Grant<GrantedBy>[], after?: number): void => {
    for (const { expiresAt } of held) if (expiresAt != null) trackExpiry(expiresAt.getTime(), after);
  };
  const setExternalId = (id: string, externalId: string | undefined): void => {
    externalIds.set(id, externalId);
    userIds.set(externalId, id);
  };
  const handlers: { readonly [N in keyof AccessEvents]: (data: AccessEvents[N]) => void } = {
    reset: () => undefined,
    sessions: () => undefined,
    current: () => undefined,
    catalogue: ({ groups }) => {
      catalogue = compiler.compileCatalogue(groups as Catalogue["definition"]);
      recompile();
    },
    roles: ({ roles: changed }) => {
      for (const role of changed) {
        if ("gone" in role) storedRoles.delete(role.id);
        else storedRoles.set(role.id, compiler.keepRole(role));
      }
      recompile();
    },
    snapshot: (page) => {
      if (page.starts.length > 0) pages.push(page);
      for (const [user, externalId] of Object.entries(page.externalIds))
        setExternalId(idAt(page, Number(user)), externalId);
      for (const end of Object.values(page.expiresAt)) trackExpiry(end);
    },
    users: ({ users }) => {
      for (const { id, externalId, grants } of users) {
        setExternalId(id, externalId);
        const held = grants.map(toGrant);
        changed.set(id, held);
        trackExpiries(held);
        cache.invalidate(id);
      }
    },
  };
  return {
    apply: (name, data) => handlers[name](data),
    can: (userId, permission, time) => cache.has(userId, permission, time),
    explain: (userId, permission, time) => {
      const subject = getSubject(userId, time);
      if (subject === null || !catalogue.positions.has(permission))
        return { allowed: rejectUnknown(permission), because: [] };
      return explain(subject, permission);
    },
    usersWith: (permission, time) => {
      if (!catalogue.positions.has(permission)) rejectUnknown(permission);
      const holders: string[] = [];
      // Most users have one of few lists of roles.
      const results = new Map<string, boolean>();
      const collect = (id: string, held: readonly Grant<GrantedBy>[]): void => {
        const roles = held.map(({ roleId, expiresAt }) => [roleId, expiresAt?.getTime()]).join();
        const result =
          results.get(roles) ?? permissionSet.names(toSubject(held, time).permissions).includes(permission);
        results.set(roles, result);
        if (result) holders.push(id);
      };
      for (const page of pages)
        page.starts.forEach((_, user) => {
          const id = idAt(page, user);
          if (!changed.has(id)) collect(id, grantsAt(page, user));
        });
      for (const [id, held] of changed) collect(id, held);
      return holders;
    },
    permissionsOf: (userId, time) => {
      const subject = getSubject(userId, time);
      return subject === null ? [] : permissionSet.names(subject.permissions);
    },
    hasExpired: (time) => {
      if (time < nextExpiry) return false;
      nextExpiry = Number.POSITIVE_INFINITY;
      for (const { expiresAt } of pages) for (const end of Object.values(expiresAt)) trackExpiry(end, time);
      for (const held of changed.values()) trackExpiries(held, time);
      return true;
    },
    findUserId: (externalId) => {
      const id = userIds.get(externalId);
      return externalIds.get(id) === externalId ? id : undefined;
    },
    hasPermission: (permission) => catalogue.positions.has(permission),
  };
}

function toGrant({
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
