/** Creates the client for all organizations of an installation. */
import type { Catalogue } from "@gatehouse/access";
import type { OwnPermission } from "@gatehouse/access/catalogue";
import type { UserReference } from "../access-source.ts";
import { createAssertKnown } from "../adapters/assert-known.ts";
import {
  type CreateAuthorize,
  createGuards,
  type GatehouseUser,
  toReference,
} from "../adapters/authorize.ts";
import { createAdapters } from "../adapters/create-adapters.ts";
import { createErrorReport } from "../client/error-report.ts";
import { createReplica, type Replica } from "../replica/replica.ts";
import type {
  GatehouseOrganization,
  GatehouseOrganizations,
  OrganizationsOptions,
} from "./gatehouse-organizations.ts";
import { createOperatorConnection } from "./operator-connection.ts";
import {
  createOrganizationReplicas,
  type OrganizationReplicas,
  type UsableReplica,
} from "./organization-replicas.ts";
import { createSharedCompiler } from "./shared-compiler.ts";

const defaults = { unusedAfter: 900_000, maxOrganizations: 10_000 };

/** Creates the client. @throws RangeError for an option that is too small */
export function createOrganizations<P extends string>(
  options: OrganizationsOptions<P> & { readonly maxStaleness: number; readonly timeout: number },
): GatehouseOrganizations<P | OwnPermission> {
  const { maxStaleness, timeout, permissions, onError } = options;
  const { unusedAfter = defaults.unusedAfter, maxOrganizations = defaults.maxOrganizations } = options;
  if (!(unusedAfter >= 1_000)) throw new RangeError("unusedAfter is in milliseconds; use 1,000 or more.");
  if (!(maxOrganizations >= 1)) throw new RangeError("Use 1 or more for maxOrganizations.");
  const compiler = createSharedCompiler();
  const replicas = createOrganizationReplicas({
    connection: createOperatorConnection(options),
    maxStaleness,
    timeout,
    unusedAfter,
    maxOrganizations,
    createReplica: () => createReplica(permissions, undefined, compiler),
    errorReport: createErrorReport(() => (onError === undefined ? [] : [onError])),
  });
  const organization = (id: string) => createOrganization(replicas, permissions, id.toLowerCase());
  return {
    organization,
    ...createAdapters(createOrganizationGuards(options, organization, replicas), async () => null),
    ready: replicas.connect,
    status: () => ({ isFresh: replicas.age() <= maxStaleness, age: replicas.age(), ...replicas.counts() }),
    close: replicas.close,
  };
}

/** Guards that check in the organization of the request. */
function createOrganizationGuards<P extends string>(
  { identify, permissions }: Pick<OrganizationsOptions<P>, "identify" | "permissions">,
  organization: (id: string) => GatehouseOrganization<P | OwnPermission>,
  { use, read }: Pick<OrganizationReplicas, "use" | "read">,
): CreateAuthorize<P | OwnPermission> {
  const create = createGuards<P | OwnPermission>({
    identify: async (request): Promise<GatehouseUser | null> => {
      const member = await identify?.(request);
      if (member == null) return null;
      const organizationId = member.organizationId.toLowerCase();
      if (typeof member.user === "string") return { id: member.user, organizationId };
      const { externalId } = member.user;
      const usable = use(organizationId) ?? (await read(organizationId).catch(() => null));
      return { id: usable?.replica.findUserId(externalId) ?? "", externalId, organizationId };
    },
    check: (user, permission) => organization(user.organizationId ?? "").check(toReference(user), permission),
    assertKnown: createAssertKnown(permissions),
  });
  return (requirement) => {
    if (identify === undefined)
      throw new TypeError(
        "Give createGatehouse identify, which says who sent a request and for which organization.",
      );
    return create(requirement);
  };
}

function createOrganization<P extends string>(
  replicas: OrganizationReplicas,
  declared: Catalogue<P>,
  id: string,
): GatehouseOrganization<P | OwnPermission> {
  type Name = P | OwnPermission;
  const { use, read } = replicas;
  /** What `from` finds in the replica now; `fallback` while it can't answer. */
  const answer = <T>(from: (usable: UsableReplica) => T, fallback: T): T => {
    const usable = use(id);
    return usable === null ? fallback : from(usable);
  };
  /** The same, but asks the server when the replica can't answer; `fallback` without a response. */
  const ask = async <T>(from: (usable: UsableReplica) => T, fallback: T): Promise<T> => {
    const usable = use(id) ?? (await read(id).catch(() => null));
    return usable === null ? fallback : from(usable);
  };
  const listFrom =
    (user: UserReference) =>
    ({ replica, time }: UsableReplica) =>
      replica.permissionsOf(toId(replica, user), time) as readonly Name[];
  return {
    id,
    ready: async () => {
      await read(id);
    },
    can: (user, permission) => {
      const usable = use(id);
      return usable?.replica.can(toId(usable.replica, user), permission, usable.time) ?? false;
    },
    check: (user, permission) =>
      ask(({ replica, time }) => replica.can(toId(replica, user), permission, time), false),
    explain: (user, permission) =>
      answer(({ replica, time }) => replica.explain(toId(replica, user), permission, time), {
        allowed: false,
        because: [],
      }),
    usersWith: (permission) => answer(({ replica, time }) => replica.usersWith(permission, time), []),
    permissionsOf: (user) => answer(listFrom(user), []),
    listPermissions: (user) => ask(listFrom(user), []),
    missingOnServer: () =>
      answer(
        ({ replica }) => declared.permissions.filter((permission) => !replica.hasPermission(permission)),
        [],
      ),
    status: () => replicas.statusOf(id),
    onChange: (listener) => replicas.onChange(id, listener),
  };
}

/** Nobody has the empty id. */
function toId(replica: Replica, user: UserReference): string {
  return typeof user === "string" ? user : (replica.findUserId(user.externalId) ?? "");
}
