/** The SDK's entry function: checks on a replica or by asking the server, and guards for routes. */
import type { OwnPermission } from "@gatehouse/access/catalogue";
import { createAssertKnown } from "./adapters/assert-known.ts";
import { createIntrospect } from "./adapters/introspect.ts";
import { keepSessions } from "./adapters/keep-sessions.ts";
import { createSignIn } from "./adapters/sign-in.ts";
import { createAskSource } from "./ask/ask-source.ts";
import { assemble } from "./assemble.ts";
import { createConnection } from "./client/connection.ts";
import { createErrorReport } from "./client/error-report.ts";
import type { AskingGatehouse, AskingGatehouseOptions, Gatehouse, GatehouseOptions } from "./gatehouse.ts";
import { createOrganizations } from "./organizations/create-organizations.ts";
import type {
  GatehouseOrganizations,
  OrganizationsOptions,
} from "./organizations/gatehouse-organizations.ts";
import { openReplica } from "./replica/shared-replica.ts";

/**
 * Creates a replica of an organization's roles and grants. One open connection keeps it in sync. When no data arrives for longer
 * than `maxStaleness`, `can` returns false and `check` asks the server.
 *
 * ```ts
 * const gatehouse = createGatehouse({ url, apiKey, permissions });
 * await gatehouse.ready();
 * if (!gatehouse.can(userId, "campaigns:approve")) return deny();
 * ```
 *
 * Nothing is sent before the client is used: a build that evaluates the module needs neither Gatehouse nor a key. All clients of a
 * process with the same `url`, `apiKey` and times share one replica, also after a development server has loaded the module again;
 * `close` closes it for all of them.
 * @throws RangeError for a `maxStaleness` below 500
 */
export function createGatehouse<P extends string>(options: GatehouseOptions<P>): Gatehouse<P | OwnPermission>;
/**
 * For a program of the operator of an installation: checks in all of its organizations, with `operatorKey` instead of an API key. The
 * replica of an organization is loaded at its first use and dropped when it is unused. One open connection keeps all of them in sync.
 *
 * ```ts
 * const gatehouse = createGatehouse({ url, operatorKey, permissions });
 * const organization = gatehouse.organization(organizationId);
 * await organization.ready();
 * if (!organization.can(userId, "campaigns:approve")) return deny();
 * ```
 * @throws RangeError for a `maxStaleness` below 500
 */
export function createGatehouse<P extends string>(
  options: OrganizationsOptions<P>,
): GatehouseOrganizations<P | OwnPermission>;
/**
 * The same with `mode: "ask"`: every check asks the server, and keeps the answer for at most `maxStaleness`.
 * @throws RangeError for a `maxStaleness` below 500
 */
export function createGatehouse<P extends string>(
  options: AskingGatehouseOptions<P>,
): AskingGatehouse<P | OwnPermission>;
export function createGatehouse<P extends string>(
  options: GatehouseOptions<P> | AskingGatehouseOptions<P> | OrganizationsOptions<P>,
): AskingGatehouse<P | OwnPermission> | GatehouseOrganizations<P | OwnPermission> {
  const { maxStaleness = 5_000, timeout = 2_000, permissions } = options;
  if (!(maxStaleness >= 500)) throw new RangeError("maxStaleness is in milliseconds; use 500 or more.");
  if ("operatorKey" in options) return createOrganizations({ ...options, maxStaleness, timeout });
  const { origin, identify } = options;
  const connection = createConnection({ ...options, timeout });
  const source =
    options.mode === "ask"
      ? createAskSource({
          connection,
          maxStaleness,
          errorReport: createErrorReport(() => (options.onError === undefined ? [] : [options.onError])),
          assertKnown: createAssertKnown(permissions),
        })
      : openReplica({ ...options, connection, maxStaleness, timeout });
  return assemble({
    source,
    declared: permissions,
    introspect: keepSessions(createIntrospect(connection, origin), source, maxStaleness),
    signIn: createSignIn({ ...options, ...connection, origin, timeout }),
    origin,
    identify,
  });
}
