/** @gatehouse/sdk in one function: a copy of who may do what, kept current, and what stands in front of routes. */
import { type Catalogue, type Explanation, UnknownPermission } from "@gatehouse/access";
import { type OwnPermission, ownCatalogue } from "@gatehouse/access/catalogue";
import { createExpressAdapter, type ExpressAdapter } from "./adapters/express.ts";
import { createFastifyAdapter, type FastifyAdapter } from "./adapters/fastify.ts";
import { createHonoAdapter, type HonoAdapter } from "./adapters/hono.ts";
import { createNextAdapter, type NextAdapter } from "./adapters/next.ts";
import { createConnection } from "./connection.ts";
import { type Copy, createCopy, type GrantedBy } from "./copy.ts";
import { GatehouseError, isFinal } from "./errors.ts";
import { follow } from "./follow.ts";
import { createFreshness } from "./freshness.ts";
import { createJudge, type GatehouseUser } from "./guard.ts";
import { type RequestLike, sessionTokenOf } from "./session-token.ts";
import { createSignIn, type SignIn } from "./sign-in.ts";

/** What `createGatehouse` needs. */
export interface GatehouseOptions<P extends string> {
  /** Address of the installation: `https://gatehouse.example.com`. */
  readonly url: string;
  /** A key that may view users and roles. */
  readonly apiKey: string;
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
  readonly fetch?: typeof fetch;
  /** Told when the connection fails. It is made again by itself. */
  readonly onError?: (error: GatehouseError) => void;
}

/** How the copy is. */
export interface GatehouseStatus {
  /** Whether `can` may say yes. */
  readonly isFresh: boolean;
  /** Position up to which everything is known; null before the first copy. */
  readonly sequence: number | null;
  /** Milliseconds since the moment up to which everything is known. */
  readonly age: number;
}

/** An open copy. `P` are the names that compile. */
export interface Gatehouse<P extends string> {
  /**
   * Resolves when the first copy is complete.
   * @throws GatehouseError at once when the key or the address is refused, or after 10 s without an answer; the copy goes
   *   on being sought
   */
  readonly ready: () => Promise<void>;
  /** Whether the user may, in this process and at once. A copy that is too old says no. */
  readonly can: (userId: string, permission: P) => boolean;
  /** The same, but a copy that is too old asks the server. Without an answer it is no. Never rejects. */
  readonly check: (userId: string, permission: P) => Promise<boolean>;
  /** Whether and why: every role that gives it, who gave that, and when. Not allowed while the copy is too old. */
  readonly explain: (userId: string, permission: P) => Explanation<string, GrantedBy>;
  /** Ids of all who may; none while the copy is too old. */
  readonly holders: (permission: P) => readonly string[];
  /** Everything that a user may do, in the catalogue's order; nothing while the copy is too old. */
  readonly permissionsOf: (userId: string) => readonly P[];
  /** Declared permissions that the installation doesn't know yet: push the catalogue. */
  readonly unknownThere: () => readonly P[];
  readonly status: () => GatehouseStatus;
  /** Calls the listener after each change of the copy, until it is told to stop. */
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
  readonly fastify: FastifyAdapter<P>;
  readonly express: ExpressAdapter<P>;
  readonly hono: HonoAdapter<P>;
  readonly next: NextAdapter<P>;
  /** Ends the connection. Afterwards every answer is no. */
  readonly close: () => void;
}

/** Milliseconds. */
const readyWithin = 10_000;

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

  const first = createFirst();
  const following = follow(
    {
      connection,
      freshness,
      maxStaleness,
      emptyCopy: () => createCopy(declared),
      onCurrent: (current, position) => {
        const isNews = current !== copy || position !== sequence;
        copy = current;
        sequence = position;
        first.resolve();
        if (isNews) for (const listener of listeners) listener();
      },
      onFailure: (error) => {
        if (isFinal(error)) first.reject(error);
        else first.note(error);
        options.onError?.(error);
      },
    },
    end.signal,
  );
  void following;

  const isUsable = (): boolean => !end.signal.aborted && freshness.isFresh();
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
    return end.signal.aborted ? false : askServer(userId, permission);
  };
  const userFrom = async (request: RequestLike): Promise<GatehouseUser | null> => {
    const token = sessionTokenOf(request, origin);
    if (token === null) return null;
    const answer = await connection.post(`${connection.base}/sessions/introspect`, { token, origin });
    return (answer as { active: boolean; user?: GatehouseUser }).user ?? null;
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
    ready: () => first.promise,
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
      end.abort();
      first.reject(new GatehouseError("gatehouse/closed", "This copy was closed before it was complete."));
    },
  };
}

/** The wait for the first copy. Nobody has to wait: a rejection without a listener is no fault. */
function createFirst() {
  let last: GatehouseError | null = null;
  let settle: { resolve: () => void; reject: (error: GatehouseError) => void } | null = null;
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  promise.catch(() => undefined);
  const timer = setTimeout(
    () =>
      settle?.reject(
        last ??
          new GatehouseError("gatehouse/unreachable", "Gatehouse gave no complete answer within 10 seconds."),
      ),
    readyWithin,
  );
  const done = () => clearTimeout(timer);
  return {
    promise,
    note: (error: GatehouseError) => {
      last = error;
    },
    resolve: () => {
      done();
      settle?.resolve();
    },
    reject: (error: GatehouseError) => {
      done();
      settle?.reject(error);
    },
  };
}
