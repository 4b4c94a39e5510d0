/** @gatehouse/sdk in one function: a copy of who may do what, kept current, and what stands in front of routes. */
import { type Catalogue, type Explanation, type PermissionOf, UnknownPermission } from "@gatehouse/access";
import { type OwnPermission, ownCatalogue } from "@gatehouse/access/catalogue";
import { createExpressAdapter, type ExpressAdapter } from "./adapters/express.ts";
import { createFastifyAdapter, type FastifyAdapter } from "./adapters/fastify.ts";
import { createHonoAdapter, type HonoAdapter } from "./adapters/hono.ts";
import { createNextAdapter, type NextAdapter } from "./adapters/next.ts";
import { createConnection } from "./connection.ts";
import { type Copy, createCopy, type GrantedBy } from "./copy.ts";
import { GatehouseError } from "./errors.ts";
import { createFirstCopy } from "./first-copy.ts";
import { follow } from "./follow.ts";
import { createFreshness } from "./freshness.ts";
import { createJudge, type GatehouseUser } from "./guard.ts";
import { readClocks, tell } from "./runtime.ts";
import { type RequestLike, sessionTokenOf } from "./session-token.ts";
import { createSignIn, type SignIn } from "./sign-in.ts";

/** What `createGatehouse` needs. */
export interface GatehouseOptions<P extends string> {
  /** Address of the installation: `https://gatehouse.example.com`. */
  readonly url: string;
  /** A key that may view users and roles. */
  readonly apiKey: string;
  /** Whose users are asked about. */
  readonly organizationId: string;
  /** What `definePermissions` made: which names compile. */
  readonly permissions: Catalogue<P>;
  /** The panel's own origin, `https://panel.example.com`, where it has another host than Gatehouse: see `signIn`. */
  readonly origin?: string;
  /** Oldest copy in milliseconds that may say yes; 5,000 unless given, 500 at least. */
  readonly maxStaleness?: number;
  /** Who sent a request, for a panel with a sign-in of its own: the user's id here, or null. */
  readonly identify?: (request: RequestLike) => string | null | Promise<string | null>;
  /** Milliseconds that the server may take to answer a question; 2,000 unless given. */
  readonly timeout?: number;
  /** Instead of the runtime's own. */
  readonly fetch?: typeof fetch;
  /** Told when the connection fails. It is made again by itself, even where the key is refused: see its `code`. */
  readonly onError?: (error: GatehouseError) => void;
  /** Told while a whole copy is loaded: at the start, and after the server's database was restored. */
  readonly onProgress?: (progress: GatehouseProgress) => void;
}

/** How far the loading of a copy is. */
export interface GatehouseProgress {
  /** Users that have been looked through. */
  readonly read: number;
  /** Users there are, about. */
  readonly total: number;
}

/** How the copy is. */
export interface GatehouseStatus {
  /** Whether `can` may say yes. */
  readonly isFresh: boolean;
  /**
   * Sequence in the audit log up to which everything is known; null before the first copy. It falls when the server's
   * database is restored to an earlier state, so it names no event for ever.
   */
  readonly sequence: number | null;
  /** Milliseconds since the moment up to which everything is known. */
  readonly age: number;
}

/** An open copy. `P` are the names that compile. */
export interface Gatehouse<P extends string> {
  /**
   * Resolves when the first copy is complete, at once if it was before. A large one takes its time: this waits for as long as
   * something comes (see `onProgress`), and can be called again after it rejected.
   * @throws GatehouseError at once when the key or the address is refused, after 10 s in which nothing came, or when it was
   *   closed; unless closed, the copy goes on being sought
   */
  readonly ready: () => Promise<void>;
  /**
   * Whether the user may, in this process and at once. A copy that is too old says no. `userId` in small letters, as
   * Gatehouse writes it.
   * @throws UnknownPermission for a name that neither the panel nor Gatehouse has
   */
  readonly can: (userId: string, permission: P) => boolean;
  /** The same, but a copy that is too old asks the server. Without an answer it is no. */
  readonly check: (userId: string, permission: P) => Promise<boolean>;
  /** Whether and why: every role that gives it, who gave that, and when. Not allowed while the copy is too old. */
  readonly explain: (userId: string, permission: P) => Explanation<string, GrantedBy>;
  /** Ids of all who may; none while the copy is too old. */
  readonly holders: (permission: P) => readonly string[];
  /** Everything that a user may do, in the catalogue's order; nothing while the copy is too old. */
  readonly permissionsOf: (userId: string) => readonly P[];
  /** Declared permissions that the installation doesn't know yet: push the catalogue. */
  readonly unknownThere: () => readonly P[];
  /** How the copy is now, for a health check. */
  readonly status: () => GatehouseStatus;
  /**
   * Calls the listener after each change of what anybody may do, when the copy becomes too old to say yes, and when it no
   * longer is, until it is told to stop. Where a grant ends at an hour that was set beforehand, `can` says no from then on
   * and the call comes within a second. What the listener throws stops nothing here and is reported as an uncaught error.
   */
  readonly onChange: (listener: () => void) => () => void;
  /**
   * Whose session a request carries, or null: asked of the server each time.
   * @throws GatehouseError when it can't be asked
   */
  readonly userFrom: (request: RequestLike) => Promise<GatehouseUser | null>;
  /**
   * Signs people in to a panel on a host of its own: answers requests below the panel's `/gatehouse/`, null for all others.
   * Send whoever has no session to `/gatehouse/sign-in?to=/the/page`. The adapters have it as `signIn`, too.
   */
  readonly signIn: SignIn;
  /** Guards for Fastify's routes; the other three are the same for theirs. */
  readonly fastify: FastifyAdapter<P>;
  readonly express: ExpressAdapter<P>;
  readonly hono: HonoAdapter<P>;
  readonly next: NextAdapter<P>;
  /** Ends the connection, which keeps a process running until then. Afterwards every answer is no. */
  readonly close: () => void;
}

/**
 * What `createGatehouse` answers for a catalogue, to be named where it is handed on:
 *
 * ```ts
 * function registerRoutes(app: FastifyInstance, gatehouse: GatehouseOf<typeof permissions>) { … }
 * ```
 */
export type GatehouseOf<C extends Catalogue> = Gatehouse<PermissionOf<C> | OwnPermission>;

/**
 * Opens a copy of who may do what in an organization. It is kept current by one open connection; when that is silent for
 * longer than `maxStaleness`, `can` says no and `check` asks the server.
 *
 * ```ts
 * const gatehouse = createGatehouse({ url, apiKey, organizationId, permissions });
 * await gatehouse.ready();
 * if (!gatehouse.can(userId, "campaigns:approve")) return refuse();
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
  const freshness = createFreshness(maxStaleness);
  const end = new AbortController();
  const listeners = new Set<() => void>();
  let copy: Copy = createCopy(declared);
  let sequence: number | null = null;
  let wasFresh = false;
  let ageing: ReturnType<typeof setTimeout> | undefined;
  const tellAll = () => {
    for (const listener of listeners) tell(listener);
  };
  /** Tells once when the copy has become too old, unless it was renewed before. */
  const tellWhenOld = () => {
    clearTimeout(ageing);
    if (end.signal.aborted) return;
    if (freshness.isFresh())
      ageing = setTimeout(tellWhenOld, Math.max(1, maxStaleness - freshness.age() + 1));
    else if (wasFresh) {
      wasFresh = false;
      tellAll();
    }
  };

  const first = createFirstCopy(() => readClocks().steady);
  const following = follow(
    {
      connection,
      freshness,
      maxStaleness,
      emptyCopy: () => createCopy(declared),
      onCurrent: (current, position, isOther) => {
        const isNews = isOther || !wasFresh;
        copy = current;
        sequence = position;
        first.complete();
        wasFresh = true;
        if (isNews) tellAll();
        tellWhenOld();
      },
      onHeard: first.heard,
      onProgress: (read, total) => tell(() => options.onProgress?.({ read, total })),
      onFailure: (error) => {
        first.failed(error);
        tell(() => options.onError?.(error));
      },
    },
    end.signal,
  );
  void following;

  // Beside the signal: to ask a signal takes as long as a tenth of a check.
  let isClosed = false;
  const isUsable = (): boolean => !isClosed && freshness.isFresh();
  const can = (userId: string, permission: Name): boolean =>
    isUsable() && copy.can(userId, permission, freshness.time());
  const askServer = async (userId: string, permission: Name): Promise<boolean> => {
    try {
      const answer = await connection.post(`${connection.url}/access/v1/evaluation`, {
        subject: { type: "user", id: userId },
        action: { name: permission },
        resource: { type: "organization", id: options.organizationId },
      });
      return (
        typeof answer === "object" && answer !== null && "decision" in answer && answer.decision === true
      );
    } catch {
      return false;
    }
  };
  const check = async (userId: string, permission: Name): Promise<boolean> => {
    if (isUsable()) return copy.can(userId, permission, freshness.time());
    return isClosed ? false : askServer(userId, permission);
  };
  const userFrom = async (request: RequestLike): Promise<GatehouseUser | null> => {
    const token = sessionTokenOf(request, origin);
    if (token === null) return null;
    const answer = await connection.post(`${connection.base}/sessions/introspect`, { token, origin });
    const { active, user } = (answer ?? {}) as { active?: unknown; user?: GatehouseUser };
    return active === true && typeof user?.id === "string" ? user : null;
  };
  const identify = async (request: RequestLike): Promise<GatehouseUser | null> => {
    if (options.identify === undefined) return userFrom(request);
    const id = await options.identify(request);
    return id === null ? null : { id };
  };
  const judge = createJudge<Name>({ identify, check });
  const signIn = createSignIn({ ...options, url: connection.url, origin, timeout });
  const assertKnown = (permission: Name): void => {
    if (declared.positions.has(permission) || ownCatalogue.positions.has(permission)) return;
    throw new UnknownPermission(permission, declared.permissions);
  };
  return {
    ready: first.wait,
    can,
    check,
    explain: (userId, permission) =>
      isUsable() ? copy.explain(userId, permission, freshness.time()) : { allowed: false, because: [] },
    holders: (permission) => (isUsable() ? copy.holders(permission, freshness.time()) : []),
    permissionsOf: (userId) =>
      isUsable() ? (copy.permissionsOf(userId, freshness.time()) as readonly Name[]) : [],
    unknownThere: () => declared.permissions.filter((permission) => !copy.knows(permission)),
    status: () => ({ isFresh: isUsable(), sequence, age: freshness.age() }),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    userFrom,
    signIn,
    fastify: createFastifyAdapter(judge, assertKnown, signIn),
    express: createExpressAdapter(judge, assertKnown, signIn),
    hono: createHonoAdapter(judge, assertKnown, signIn),
    next: createNextAdapter(judge, assertKnown, signIn),
    close: () => {
      isClosed = true;
      end.abort();
      clearTimeout(ageing);
      first.end(closed());
    },
  };
}

function closed(): GatehouseError {
  return new GatehouseError("gatehouse/closed", "This copy was closed. Make another one.");
}
