/** The SDK's entry function: a replica of roles and grants that is kept in sync, and guards for routes. */
import { type Catalogue, type Explanation, type PermissionOf, UnknownPermission } from "@gatehouse/access";
import { type OwnPermission, ownCatalogue } from "@gatehouse/access/catalogue";
import { createAuthorize, type GatehouseUser } from "./adapters/authorize.ts";
import { createExpressAdapter, type ExpressAdapter } from "./adapters/express.ts";
import { createFastifyAdapter, type FastifyAdapter } from "./adapters/fastify.ts";
import { createHonoAdapter, type HonoAdapter } from "./adapters/hono.ts";
import { createNextAdapter, type NextAdapter } from "./adapters/next.ts";
import { type RequestLike, readSessionToken } from "./adapters/session-token.ts";
import { createSignIn, type SignIn } from "./adapters/sign-in.ts";
import type { ConnectionSettings } from "./client/configuration.ts";
import { createConnection } from "./client/connection.ts";
import { createErrorReport } from "./client/error-report.ts";
import { GatehouseError } from "./client/gatehouse-error.ts";
import { createInitialLoad } from "./replica/initial-load.ts";
import { createReplica, type GrantedBy, type Replica } from "./replica/replica.ts";
import { notifySafely, readClocks } from "./replica/runtime.ts";
import { createStalenessTracker } from "./replica/staleness.ts";
import { sync } from "./replica/sync.ts";

/** Options of `createGatehouse`. */
export interface GatehouseOptions<P extends string> extends ConnectionSettings {
  /** An API key with `users:view` and `roles:view`. */
  readonly apiKey: string | undefined;
  /** The result of `definePermissions`. Its names are the ones that compile. */
  readonly permissions: Catalogue<P>;
  /** The panel's origin, `https://panel.example.com`, if it is on another host than Gatehouse: see `signIn`. */
  readonly origin?: string;
  /** Milliseconds after which a replica without updates is stale and denies; default 5,000, minimum 500. */
  readonly maxStaleness?: number;
  /** Identifies the sender of a request, for a panel with its own sign-in: the user's id in Gatehouse, or null. */
  readonly identify?: (request: RequestLike) => string | null | Promise<string | null>;
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

/** Progress of loading a replica. */
export interface GatehouseProgress {
  /** Users processed so far. */
  readonly read: number;
  /** Approximate number of users. */
  readonly total: number;
}

/** State of the replica. */
export interface GatehouseStatus {
  /** Whether `can` may return true. */
  readonly isFresh: boolean;
  /**
   * Sequence number in the audit log up to which the replica is complete; null before the first load. It decreases when the
   * server's database is restored to an earlier state, so it doesn't identify an event permanently.
   */
  readonly sequence: number | null;
  /** Milliseconds since the replica was known to be complete. */
  readonly age: number;
}

/** A client with a replica. `P` are the names that compile. */
export interface Gatehouse<P extends string> {
  /**
   * Resolves when the first replica is complete. A large one takes longer: this waits as long as data arrives (see
   * `onProgress`), and can be called again after a rejection.
   * @throws GatehouseError immediately if the key or the address is rejected, after 10 s without data, or when closed. Loading
   *   is retried in the background unless closed
   */
  readonly ready: () => Promise<void>;
  /**
   * Whether the user has the permission, synchronously from the replica. False while the replica is stale. `userId` in lower
   * case, as Gatehouse returns it.
   * @throws UnknownPermission for a name that neither the panel nor Gatehouse declares
   */
  readonly can: (userId: string, permission: P) => boolean;
  /** The same, but asks the server while the replica is stale. Without a response the result is false. */
  readonly check: (userId: string, permission: P) => Promise<boolean>;
  /** Whether and why: every role that grants it, who granted the role, and when. Not allowed while the replica is stale. */
  readonly explain: (userId: string, permission: P) => Explanation<string, GrantedBy>;
  /** Ids of all users with the permission; none while the replica is stale. */
  readonly usersWith: (permission: P) => readonly string[];
  /** All permissions of a user in catalogue order; none while the replica is stale. */
  readonly permissionsOf: (userId: string) => readonly P[];
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
  /**
   * The user whose session a request has, or null. Asks the server each time.
   * @throws GatehouseError if the server can't be reached
   */
  readonly userFrom: (request: RequestLike) => Promise<GatehouseUser | null>;
  /**
   * Signs users in to a panel on another host: handles requests below the panel's `/gatehouse/`, null for all others.
   * Redirect users without a session to `/gatehouse/sign-in?to=/the/page`. The adapters have it as `signIn`, too.
   */
  readonly signIn: SignIn;
  /** Guards for Fastify's routes. The other adapters have the same for their frameworks. */
  readonly fastify: FastifyAdapter<P>;
  readonly express: ExpressAdapter<P>;
  readonly hono: HonoAdapter<P>;
  readonly next: NextAdapter<P>;
  /** Closes the connection, which keeps the process running. Afterwards every check is false. */
  readonly close: () => void;
}

/**
 * The return type of `createGatehouse` for a catalogue, for functions that take it as a parameter:
 *
 * ```ts
 * function registerRoutes(app: FastifyInstance, gatehouse: GatehouseOf<typeof permissions>) { … }
 * ```
 */
export type GatehouseOf<C extends Catalogue> = Gatehouse<PermissionOf<C> | OwnPermission>;

/**
 * Creates a replica of an organization's roles and grants. One open connection keeps it in sync. When no data arrives for longer
 * than `maxStaleness`, `can` returns false and `check` asks the server.
 *
 * ```ts
 * const gatehouse = createGatehouse({ url, apiKey, permissions });
 * await gatehouse.ready();
 * if (!gatehouse.can(userId, "campaigns:approve")) return deny();
 * ```
 * @throws RangeError for a `maxStaleness` below 500
 */
export function createGatehouse<P extends string>(
  options: GatehouseOptions<P>,
): Gatehouse<P | OwnPermission> {
  type Name = P | OwnPermission;
  const { maxStaleness = 5_000, timeout = 2_000, permissions: declared, origin } = options;
  if (!(maxStaleness >= 500)) throw new RangeError("maxStaleness is in milliseconds; use 500 or more.");
  const connection = createConnection({ ...options, timeout });
  const staleness = createStalenessTracker(maxStaleness);
  const closing = new AbortController();
  const listeners = new Set<() => void>();
  let replica: Replica = createReplica(declared);
  let sequence: number | null = null;
  let wasFresh = false;
  let staleTimer: ReturnType<typeof setTimeout> | undefined;
  const notifyAll = () => {
    for (const listener of listeners) notifySafely(listener);
  };
  /** Notifies once when the replica becomes stale, unless it was updated before. */
  const notifyWhenStale = () => {
    clearTimeout(staleTimer);
    if (closing.signal.aborted) return;
    if (staleness.isFresh())
      staleTimer = setTimeout(notifyWhenStale, Math.max(1, maxStaleness - staleness.age() + 1));
    else if (wasFresh) {
      wasFresh = false;
      notifyAll();
    }
  };

  const errorReport = createErrorReport(() => options.onError);
  const initialLoad = createInitialLoad(() => readClocks().monotonic);
  void sync(
    {
      connection,
      staleness,
      maxStaleness,
      createReplica: () => createReplica(declared),
      onCurrent: (current, position, isChanged) => {
        const isNews = isChanged || !wasFresh;
        replica = current;
        sequence = position;
        initialLoad.onComplete();
        errorReport.onSuccess();
        wasFresh = true;
        if (isNews) notifyAll();
        notifyWhenStale();
      },
      onActivity: initialLoad.onActivity,
      onProgress: (read, total) => notifySafely(() => options.onProgress?.({ read, total })),
      onFailure: (error) => {
        initialLoad.onFailure(error);
        errorReport.onFailure(error);
      },
    },
    closing.signal,
  );

  // A flag beside the signal: reading a signal costs a tenth of a check.
  let isClosed = false;
  const isUsable = (): boolean => !isClosed && staleness.isFresh();
  const can = (userId: string, permission: Name): boolean =>
    isUsable() && replica.can(userId, permission, staleness.serverTime());
  const checkOnServer = async (userId: string, permission: Name): Promise<boolean> => {
    try {
      const response = await connection.post(`${connection.url}/access/v1/evaluation`, {
        subject: { type: "user", id: userId },
        action: { name: permission },
        resource: { type: "organization", id: connection.organizationId },
      });
      return (
        typeof response === "object" &&
        response !== null &&
        "decision" in response &&
        response.decision === true
      );
    } catch {
      return false;
    }
  };
  const check = async (userId: string, permission: Name): Promise<boolean> => {
    if (isUsable()) return replica.can(userId, permission, staleness.serverTime());
    return isClosed ? false : checkOnServer(userId, permission);
  };
  const userFrom = async (request: RequestLike): Promise<GatehouseUser | null> => {
    const token = readSessionToken(request, origin);
    if (token === null) return null;
    const response = await connection.post(`${connection.base}/sessions/introspect`, { token, origin });
    const { active, user } = (response ?? {}) as { active?: unknown; user?: GatehouseUser };
    return active === true && typeof user?.id === "string" ? user : null;
  };
  const identify = async (request: RequestLike): Promise<GatehouseUser | null> => {
    if (options.identify === undefined) return userFrom(request);
    const id = await options.identify(request);
    return id === null ? null : { id };
  };
  const authorize = createAuthorize<Name>({ identify, check });
  const signIn = createSignIn({ ...options, ...connection, origin, timeout });
  const assertKnown = (permission: Name): void => {
    if (declared.positions.has(permission) || ownCatalogue.positions.has(permission)) return;
    throw new UnknownPermission(permission, declared.permissions);
  };
  return {
    ready: initialLoad.wait,
    can,
    check,
    explain: (userId, permission) =>
      isUsable()
        ? replica.explain(userId, permission, staleness.serverTime())
        : { allowed: false, because: [] },
    usersWith: (permission) => (isUsable() ? replica.usersWith(permission, staleness.serverTime()) : []),
    permissionsOf: (userId) =>
      isUsable() ? (replica.permissionsOf(userId, staleness.serverTime()) as readonly Name[]) : [],
    missingOnServer: () => declared.permissions.filter((permission) => !replica.hasPermission(permission)),
    status: () => ({ isFresh: isUsable(), sequence, age: staleness.age() }),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    userFrom,
    signIn,
    fastify: createFastifyAdapter(authorize, assertKnown, signIn),
    express: createExpressAdapter(authorize, assertKnown, signIn),
    hono: createHonoAdapter(authorize, assertKnown, signIn),
    next: createNextAdapter(authorize, assertKnown, signIn),
    close: () => {
      isClosed = true;
      closing.abort();
      clearTimeout(staleTimer);
      initialLoad.close(closedError());
    },
  };
}

function closedError(): GatehouseError {
  return new GatehouseError("gatehouse/closed", "This client was closed. Create another one.");
}
