/** The database's interface: transactions that are always bound to a tenant or explicitly shared. */
import type { Kysely, RawBuilder } from "kysely";
import type { Tables } from "./tables.ts";
import type { TimeoutProfile } from "./timeouts.ts";

/** A transaction. Only valid inside the callback that received it. */
export type Tx = Kysely<Tables>;

/** How a transaction runs. */
export interface TransactionOptions {
  readonly isolation?: "read committed" | "repeatable read";
  /** Nothing is written: the result is returned without waiting for the commit. A statement that writes fails. */
  readonly readOnly?: boolean;
  /** The timeout profile; that of the database (see `withTimeouts`) by default. */
  readonly timeouts?: TimeoutProfile;
  /** A short read for authentication or an access check: it uses connections that are reserved for those. */
  readonly isPriority?: boolean;
}

/** A transaction that only reads. */
interface ReadOptions extends TransactionOptions {
  readonly readOnly: true;
}

/**
 * A transaction that writes declares whose permissions it depends on: `system` says why none are checked;
 * `checksAuthority` is reserved for auth/authorize-write.ts, which reloads the actor's permissions inside the
 * transaction.
 */
type WriteOptions = Pick<TransactionOptions, "isolation" | "timeouts" | "isPriority"> &
  ({ readonly system: string } | { readonly checksAuthority: true });

/**
 * An open database, embedded or PostgreSQL: the same SQL on both. A use case that writes for an actor uses
 * `authorizeWrite`: permissions may have been revoked since the request began.
 */
export interface Database extends Omit<OpenDatabase, "tenant" | "shared"> {
  readonly tenant: <T>(
    organizationId: string,
    work: (tx: Tx) => Promise<T>,
    options: ReadOptions | WriteOptions,
  ) => Promise<T>;
  readonly shared: <T>(work: (tx: Tx) => Promise<T>, options: ReadOptions | WriteOptions) => Promise<T>;
}

/** The database without the declaration of authority: for the composition root and tests. */
export interface OpenDatabase {
  readonly engine: "embedded" | "postgres";
  /**
   * Runs `work` in one transaction as the application's role with the organization set; commits unless it throws.
   * Retries (up to 5 attempts) on a serialization failure or deadlock (40001, 40P01), so `work` must have no side
   * effects outside `tx`. Transactions don't nest: pass `tx` on instead.
   * @throws DatabaseUnavailable when no connection is free within the pool's timeout, it broke, the server is
   * read-only, or too many others are writing in the organization
   */
  readonly tenant: <T>(
    organizationId: string,
    work: (tx: Tx) => Promise<T>,
    options?: TransactionOptions,
  ) => Promise<T>;
  /**
   * Runs one read-only statement with the organization set, in a transaction that takes a single round trip: for what
   * every request reads, on reserved connections unless `isPriority` is false. The statement must be `prepared`;
   * throws like `tenant`.
   */
  readonly readInOneRoundTrip: <T>(
    organizationId: string,
    statement: RawBuilder<T>,
    options?: Pick<TransactionOptions, "isPriority">,
  ) => Promise<readonly T[]>;
  /** `tenant` without an organization: for accounts, sessions, throttles and set-up. Tenant tables fail there. */
  readonly shared: <T>(work: (tx: Tx) => Promise<T>, options?: TransactionOptions) => Promise<T>;
  /**
   * Calls `listener` after each commit that published a change (see publish-change.ts), until the returned function
   * is called: at once for commits of this process, a little later for those of others, and never when the
   * notification is lost.
   */
  readonly onChange: (listener: (organizationId: string) => void) => () => void;
  /** Resolves when the database responds, and says whether it is read-only; for readiness. */
  readonly ping: () => Promise<{ readonly isReadOnly: boolean }>;
  /** Liveness: false while the embedded engine doesn't respond, so that this process must be restarted. */
  readonly isAlive: () => boolean;
  /** The same database with another timeout profile; `interactive` is the default. */
  readonly withTimeouts: (timeouts: TimeoutProfile) => OpenDatabase;
  readonly close: () => Promise<void>;
}

/** Why the database is unavailable: it doesn't respond, is read-only, or has too much to do. */
export type UnavailableReason = "unreachable" | "read-only" | "busy";

/** The database is unavailable: nothing was committed unless the commit had been acknowledged. */
export class DatabaseUnavailable extends Error {
  override readonly name = "DatabaseUnavailable";
  readonly reason: UnavailableReason;

  constructor(message: string, options: ErrorOptions & { readonly reason?: UnavailableReason } = {}) {
    super(message, options);
    this.reason = options.reason ?? "unreachable";
  }
}

/** Sets the organization inside an open transaction that began without one. */
export type EnterOrganization = (tx: Tx, organizationId: string) => Promise<void>;
