/** A client of one organization without a server. */
import type { Catalogue } from "@gatehouse/access";
import { type OwnPermission, withOwnGroups } from "@gatehouse/access/catalogue";
import type { AccessSource, UserReference } from "../access-source.ts";
import { createAssertKnown } from "../adapters/assert-known.ts";
import type { GatehouseUser } from "../adapters/authorize.ts";
import { assemble } from "../assemble.ts";
import { closedError } from "../client/gatehouse-error.ts";
import type { AccessEvents } from "../contract/changes.ts";
import type { Gatehouse } from "../gatehouse.ts";
import { createReplica } from "../replica/replica.ts";
import { notifySafely } from "../replica/runtime.ts";

/** A user of a test. */
export interface TestGatehouseUser<P extends string> extends GatehouseUser {
  /** Names of permissions; those that they imply are added. */
  readonly permissions: readonly P[];
}

/** Options of `createTestGatehouse`. */
export interface TestGatehouseOptions<P extends string> {
  /** The result of `definePermissions`. */
  readonly permissions: Catalogue<P>;
  /** Permissions by user id, `{ ada: ["campaigns:view"] }`, or users with their names and addresses. */
  readonly users?:
    | Readonly<Record<string, readonly (NoInfer<P> | OwnPermission)[]>>
    | readonly TestGatehouseUser<NoInfer<P> | OwnPermission>[];
}

/** A client for tests: everything that `createGatehouse` returns, and functions to change what users may do. */
export interface TestGatehouse<P extends string> extends Gatehouse<P> {
  /** Replaces the permissions of a user, or adds the user. Checks have the new result at once; `onChange` is called. */
  readonly setPermissions: (userId: string, permissions: readonly P[]) => void;
  /** Headers of a request that the user sends: `app.inject({ url: "/", headers: gatehouse.headersOf("ada") })`. */
  readonly headersOf: (userId: string) => { readonly cookie: string };
}

const getRoleName = (userId: string) => `role of ${userId}`;
const grantedAt = new Date(0).toISOString();

/**
 * Creates a client that sends nothing and is always up to date. Guards identify users by `headersOf`.
 *
 * ```ts
 * const gatehouse = createTestGatehouse({ permissions, users: { ada: ["campaigns:edit"], ben: [] } });
 * const app = createApp(gatehouse);
 * const response = await app.inject({ method: "POST", url: "/campaigns", headers: gatehouse.headersOf("ben") });
 * expect(response.statusCode).toBe(403);
 * ```
 * @throws UnknownPermission for a name that neither the panel nor Gatehouse declares
 */
export function createTestGatehouse<P extends string>({
  permissions,
  users = {},
}: TestGatehouseOptions<P>): TestGatehouse<P | OwnPermission> {
  type Name = P | OwnPermission;
  const assertKnown = createAssertKnown(permissions);
  const people = new Map<string, GatehouseUser>();
  const listeners = new Set<() => void>();
  const replica = createReplica(permissions);
  const { definition } = withOwnGroups(permissions);
  replica.apply("catalogue", { groups: definition } as unknown as AccessEvents["catalogue"]);
  const setPermissions = (userId: string, names: readonly Name[]): void => {
    for (const name of names) assertKnown(name);
    if (!people.has(userId)) people.set(userId, { id: userId });
    const role = { id: getRoleName(userId), name: "Test", isOwner: false, permissions: [...names] };
    replica.apply("roles", { roles: [role] });
    const grantedBy = { type: "system", id: null, name: "Test" } as const;
    const grants = [{ roleId: role.id, grantedBy, grantedAt }];
    const { externalId } = people.get(userId) ?? {};
    const user = { id: userId, grants, ...(externalId === undefined ? {} : { externalId }) };
    replica.apply("users", { users: [user] });
    for (const listener of listeners) notifySafely(listener);
  };
  for (const { permissions: names, ...user } of listUsers<Name>(users)) {
    people.set(user.id, user);
    setPermissions(user.id, names);
  }
  let isClosed = false;
  const toId = (user: UserReference): string =>
    typeof user === "string" ? user : (replica.findUserId(user.externalId) ?? "");
  const source: AccessSource = {
    ready: async () => {
      if (isClosed) throw closedError();
    },
    can: (user, permission) => !isClosed && replica.can(toId(user), permission, 0),
    check: async (user, permission) => source.can(user, permission),
    explain: (user, permission) =>
      isClosed ? { allowed: false, because: [] } : replica.explain(toId(user), permission, 0),
    usersWith: (permission) => (isClosed ? [] : replica.usersWith(permission, 0)),
    permissionsOf: (user) => (isClosed ? [] : replica.permissionsOf(toId(user), 0)),
    listPermissions: async (user) => source.permissionsOf(user),
    hasPermission: replica.hasPermission,
    status: () => ({ isFresh: !isClosed, sequence: 0, age: 0 }),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    findUserId: (externalId) => replica.findUserId(externalId) ?? null,
    isSubscribed: () => true,
    onSessionsEnded: () => undefined,
    close: () => {
      isClosed = true;
    },
  };
  const client = assemble({
    source,
    declared: permissions,
    introspect: async (token) => people.get(decodeURIComponent(token)) ?? null,
    signIn: async () => null,
  });
  return {
    ...client,
    setPermissions,
    headersOf: (userId) => ({ cookie: `gatehouse=${encodeURIComponent(userId)}` }),
  };
}

function listUsers<P extends string>(
  users: NonNullable<TestGatehouseOptions<P>["users"]>,
): readonly TestGatehouseUser<P>[] {
  if (Array.isArray(users)) return users as readonly TestGatehouseUser<P>[];
  return Object.entries(users as Readonly<Record<string, readonly P[]>>).map(([id, names]) => ({
    id,
    permissions: names,
  }));
}
