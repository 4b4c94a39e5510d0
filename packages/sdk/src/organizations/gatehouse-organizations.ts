/** The types for programs of the operator: the options of `createGatehouse` with `operatorKey`, and what it returns. */
import type { Catalogue, PermissionOf } from "@gatehouse/access";
import type { OwnPermission } from "@gatehouse/access/catalogue";
import type { UserReference } from "../access-source.ts";
import type { Adapters } from "../adapters/create-adapters.ts";
import type { RequestLike } from "../adapters/session-token.ts";
import type { Gatehouse, GatehouseOptions } from "../gatehouse.ts";

/** Who sent a request, and for which organization. */
export interface OrganizationMember {
  readonly organizationId: string;
  /** Their id in Gatehouse, or the panel's own: `{ externalId }`. */
  readonly user: UserReference;
}

/** Options of `createGatehouse` for all organizations of an installation. */
export interface OrganizationsOptions<P extends string>
  extends Pick<
    GatehouseOptions<P>,
    "url" | "permissions" | "maxStaleness" | "timeout" | "fetch" | "onError"
  > {
  /** The installation's `OPERATOR_TOKEN`. It opens every organization: keep it on the server. */
  readonly operatorKey: string | undefined;
  /** For the guards: who sent a request and for which organization, as the panel's own sign-in and the path say; null for nobody. */
  readonly identify?: (
    request: RequestLike,
  ) => OrganizationMember | null | Promise<OrganizationMember | null>;
  /** Milliseconds after the last check after which a replica is dropped; default 900,000, minimum 1,000. The next check loads it again. */
  readonly unusedAfter?: number;
  /** The most replicas in memory; default 10,000. The one that wasn't used for longest makes room for another one. */
  readonly maxOrganizations?: number;
}

/** State of the connection, for a health check. */
export interface OrganizationsStatus {
  /** Whether the connection confirms that no change is missing. Without it, `can` returns false after `maxStaleness`. */
  readonly isFresh: boolean;
  /** Milliseconds since the last confirmation. */
  readonly age: number;
  /** Replicas in memory. */
  readonly organizations: number;
  /** Replicas that are being loaded. */
  readonly loading: number;
}

/** Checks of one organization. The replica is loaded at the first use. */
export interface GatehouseOrganization<P extends string>
  extends Pick<
    Gatehouse<P>,
    | "can"
    | "check"
    | "explain"
    | "usersWith"
    | "permissionsOf"
    | "listPermissions"
    | "missingOnServer"
    | "status"
  > {
  /** The organization's id. */
  readonly id: string;
  /**
   * Resolves when the replica can answer: `can` is false before. Returns at once when it can.
   * @throws GatehouseError `not-found` for an organization that doesn't exist; `gatehouse/unreachable` after 10 s without data,
   *   `gatehouse/closed`. Loading is retried in the background, and this can be called again
   */
  readonly ready: () => Promise<void>;
  /**
   * Calls the listener after each change of anyone's permissions, and when the replica becomes stale or fresh again. Until the
   * returned function is called, the replica is kept.
   */
  readonly onChange: (listener: () => void) => () => void;
}

/** Guards by framework, without Gatehouse's sign-in. */
type Guards<A> = { readonly [Framework in keyof A]: Omit<A[Framework], "signIn"> };

/**
 * A client for all organizations of an installation. `P` are the names that compile. The guards check in the organization that
 * `identify` names, and throw TypeError without that option.
 */
export interface GatehouseOrganizations<P extends string> extends Guards<Adapters<P>> {
  /** One organization, by its id. Sends nothing before it is used, and needs no closing. */
  readonly organization: (id: string) => GatehouseOrganization<P>;
  /**
   * Resolves when the connection is open and the key is accepted. Organizations have their own `ready`.
   * @throws GatehouseError if the key or the address is rejected, or there is no response. It is retried in the background
   */
  readonly ready: () => Promise<void>;
  readonly status: () => OrganizationsStatus;
  /** Closes the connection, which keeps the process running, and drops all replicas. Afterwards every check is false. */
  readonly close: () => void;
}

/** The return type of `createGatehouse` with `operatorKey` for a catalogue, for functions that take it as a parameter. */
export type GatehouseOrganizationsOf<C extends Catalogue> = GatehouseOrganizations<
  PermissionOf<C> | OwnPermission
>;
