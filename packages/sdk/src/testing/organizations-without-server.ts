/** A client for many organizations without a server. */
import type { Catalogue } from "@gatehouse/access";
import type { OwnPermission } from "@gatehouse/access/catalogue";
import { createAssertKnown } from "../adapters/assert-known.ts";
import { createGuards, type GatehouseUser, toReference } from "../adapters/authorize.ts";
import { createAdapters } from "../adapters/create-adapters.ts";
import { type RequestLike, readSessionToken } from "../adapters/session-token.ts";
import { closedError } from "../client/gatehouse-error.ts";
import type { GatehouseOrganizations } from "../organizations/gatehouse-organizations.ts";
import { createTestGatehouse, type TestGatehouse } from "./client-without-server.ts";

/** Options of `createTestOrganizations`. */
export interface TestOrganizationsOptions<P extends string> {
  /** The result of `definePermissions`. */
  readonly permissions: Catalogue<P>;
  /** Permissions by organization and user: `{ acme: { ada: ["campaigns:view"] } }`. */
  readonly organizations?: Readonly<
    Record<string, Readonly<Record<string, readonly (NoInfer<P> | OwnPermission)[]>>>
  >;
}

/** A client for tests: everything that `createGatehouse` with `operatorKey` returns, and functions to change what users may do. */
export interface TestOrganizations<P extends string> extends GatehouseOrganizations<P> {
  /** Replaces the permissions of a user in an organization, or adds them. Checks have the new result at once. */
  readonly setPermissions: (organizationId: string, userId: string, permissions: readonly P[]) => void;
  /** Headers of a request that the user sends in an organization. */
  readonly headersOf: (organizationId: string, userId: string) => { readonly cookie: string };
}

/**
 * Creates a client for many organizations that sends nothing and is always up to date. Guards identify users by `headersOf`; the app's
 * `identify` isn't called.
 *
 * ```ts
 * const gatehouse = createTestOrganizations({ permissions, organizations: { acme: { ada: ["campaigns:edit"] }, lodos: {} } });
 * const app = createApp(gatehouse);
 * const response = await app.inject({ url: "/campaigns", headers: gatehouse.headersOf("lodos", "ada") });
 * expect(response.statusCode).toBe(403);
 * ```
 * @throws UnknownPermission for a name that neither the panel nor Gatehouse declares
 */
export function createTestOrganizations<P extends string>({
  permissions,
  organizations = {},
}: TestOrganizationsOptions<P>): TestOrganizations<P | OwnPermission> {
  type Name = P | OwnPermission;
  const clients = new Map<string, TestGatehouse<Name>>();
  let isClosed = false;
  const clientOf = (id: string): TestGatehouse<Name> => {
    const client = clients.get(id) ?? createTestGatehouse<P>({ permissions });
    clients.set(id, client);
    if (isClosed) client.close();
    return client;
  };
  for (const [id, users] of Object.entries(organizations)) {
    const client = clientOf(id.toLowerCase());
    for (const [userId, names] of Object.entries(users)) client.setPermissions(userId, names);
  }
  const guards = createGuards<Name>({
    identify: async (request) => readMember(request),
    check: (user, permission) => clientOf(user.organizationId ?? "").check(toReference(user), permission),
    assertKnown: createAssertKnown(permissions),
  });
  return {
    ...createAdapters(guards, async () => null),
    organization: (name) => {
      const id = name.toLowerCase();
      return { id, ...clientOf(id) };
    },
    ready: async () => {
      if (isClosed) throw closedError();
    },
    status: () => ({ isFresh: !isClosed, age: 0, organizations: clients.size, loading: 0 }),
    close: () => {
      isClosed = true;
      for (const client of clients.values()) client.close();
    },
    setPermissions: (organizationId, userId, names) =>
      clientOf(organizationId.toLowerCase()).setPermissions(userId, names),
    headersOf: (organizationId, userId) => ({
      cookie: `gatehouse=${encodeURIComponent(JSON.stringify([organizationId.toLowerCase(), userId]))}`,
    }),
  };
}

/** Whom `headersOf` names. */
function readMember(request: RequestLike): GatehouseUser | null {
  const token = readSessionToken(request, undefined);
  if (token === null) return null;
  try {
    const [organizationId, id] = JSON.parse(decodeURIComponent(token)) as readonly [string, string];
    return { id, organizationId };
  } catch {
    return null;
  }
}
