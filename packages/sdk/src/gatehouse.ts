/** The SDK's types: the options of `createGatehouse`, and what it returns. */
import type { Catalogue, Explanation, PermissionOf } from "@gatehouse/access";
import type { OwnPermission } from "@gatehouse/access/catalogue";
import type { GatehouseStatus, UserReference } from "./access-source.ts";
import type { GatehouseUser } from "./adapters/authorize.ts";
import type { Adapters } from "./adapters/create-adapters.ts";
import type { RequestLike } from "./adapters/session-token.ts";
import type { SignIn } from "./adapters/sign-in.ts";
import type { ConnectionSettings } from "./client/configuration.ts";
import type { GatehouseError } from "./client/gatehouse-error.ts";
import type { GrantedBy } from "./replica/replica.ts";

/** Options of `createGatehouse`. */
export interface GatehouseOptions<P extends string> extends ConnectionSettings {
  /** An API key with `users:view` and `roles:view`. */
  readonly apiKey: string | undefined;
  /** The result of `definePermissions`. Its names are the ones that compile. */
  readonly permissions: Catalogue<P>;
  /**
   * `replica`, the default: the roles and grants are kept in this process by an open connection. `ask`: every check asks the
   * server, and the answer is kept for at most `maxStaleness`; for functions and workers, which don't run all the time.
   */
  readonly mode?: "replica" | undefined;
  /** The panel's origin, `https://panel.example.com`, if it is on another host than Gatehouse: see `signIn`. */
  readonly origin?: string;
  /** Milliseconds after which a replica without updates is stale and denies; default 5,000, minimum 500. */
  readonly maxStaleness?: number;
  /**
   * Identifies the sender of a request, for a panel with its own sign-in: `{ externalId }`, the panel's own id of the user, or the
   * user's id in Gatehouse; null for nobody.
   */
  readonly identify?: (request: RequestLike) => UserReference | null | Promise<UserReference | null>;
  /** Response timeout in milliseconds; default 2,000. */
  readonly timeout?: number;
  /** Replaces the runtime's `fetch`. */
  readonly fetch?: typeof fetch;
  /**
   * Called when the connection fails. It is retried automatically, also if the key is rejected: see the error's `code`. Without
   * it, each failure is written to `console.error` once, as one line.
   */
  readonly onError?: (error: GatehouseError) => void;
  /** Called while a complete replica is loaded: at the start, and after the server's database was restored. */
  readonly onProgress?: (progress: GatehouseProgress) => void;
}

/** Options of `createGatehouse` with `mode: "ask"`. */
export interface AskingGatehouseOptions<P extends string>
  extends Omit<GatehouseOptions<P>, "mode" | "onProgress"> {
  readonly mode: "ask";
}

/** Progress of loading a replica. */
export interface GatehouseProgress {
  /** Users processed so far. */
  readonly read: number;
  /** Approximate number of users. */
  readonly total: number;
}

/** A client that asks the server: `mode: "ask"`. `P` are the names that compile. */
export interface AskingGatehouse<P extends string> extends Adapters<P> {
  /**
   * Resolves when the first replica is complete. A large one takes longer: this waits as long as data arrives (see
   * `onProgress`), and can be called again after a rejection. With `mode: "ask"` it resolves when the server accepts the key.
   * @throws GatehouseError immediately if the key or the address is rejected, after 10 s without data, or when closed. Loading
   *   is retried in the background unless closed
   */
  readonly ready: () => Promise<void>;
  /**
   * Whether the user has the permission. Asks the server while the replica is stale. Without a response the result is false.
   * @throws UnknownPermission for a name that neither the panel nor Gatehouse declares
   */
  readonly check: (user: UserReference, permission: P) => Promise<boolean>;
  /** All permissions of a user in catalogue order. Asks the server like `check`; none without a response. */
  readonly listPermissions: (user: UserReference) => Promise<readonly P[]>;
  /**
   * The user whose session a request has, or null. Asks the server, and keeps the answer for at most `maxStaleness`: a replica
   * is told when a session ends, and asks again.
   * @throws GatehouseError if the server can't be reached
   */
  readonly userFrom: (request: RequestLike) => Promise<GatehouseUser | null>;
  /**
   * Signs users in to a panel on another host: handles requests below the panel's `/gatehouse/`, null for all others.
   * Redirect users without a session to `/gatehouse/sign-in?to=/the/page`. The adapters have it as `signIn`, too.
   */
  readonly signIn: SignIn;
  /** Closes the connection, which keeps the process running. Afterwards every check is false. */
  readonly close: () => void;
}

/** A client with a replica. `P` are the names that compile. */
export interface Gatehouse<P extends string> extends AskingGatehouse<P> {
  /**
   * Whether the user has the permission, synchronously from the replica. False while the replica is stale. `user` is an id in lower
   * case, as Gatehouse returns it, or the panel's own: `can({ externalId: "crm-42" }, "campaigns:view")`.
   * @throws UnknownPermission for a name that neither the panel nor Gatehouse declares
   */
  readonly can: (user: UserReference, permission: P) => boolean;
  /** Whether and why: every role that grants it, who granted the role, and when. Not allowed while the replica is stale. */
  readonly explain: (user: UserReference, permission: P) => Explanation<string, GrantedBy>;
  /** Ids of all users with the permission; none while the replica is stale. */
  readonly usersWith: (permission: P) => readonly string[];
  /** All permissions of a user in catalogue order; none while the replica is stale. */
  readonly permissionsOf: (user: UserReference) => readonly P[];
  /** Declared permissions that the installation's catalogue doesn't have yet: push the catalogue. */
  readonly missingOnServer: () => readonly P[];
  /** The replica's current state, for a health check. */
  readonly status: () => GatehouseStatus;
  /**
   * Calls the listener after each change of anyone's permissions, and when the replica becomes stale or fresh again. Returns a
   * function that removes the listener. When a grant expires, `can` returns false from that moment and the call follows
   * within a second. An error that the listener throws is reported as uncaught.
   */
  readonly onChange: (listener: () => void) => () => void;
}

/**
 * The return type of `createGatehouse` for a catalogue, for functions that take it as a parameter:
 *
 * ```ts
 * function registerRoutes(app: FastifyInstance, gatehouse: GatehouseOf<typeof permissions>) { … }
 * ```
 */
export type GatehouseOf<C extends Catalogue> = Gatehouse<PermissionOf<C> | OwnPermission>;
