/** The database's interface: transactions that are always bound to a tenant or explicitly shared. */
import type { Query, Statement } from "./sql.ts";
import type { TimeoutProfile } from "./timeouts.ts";

/** What the server returned for one statement. */
export interface QueryResult<Row> {
  readonly rows: readonly Row[];
  /** The number of rows that were returned or changed. */
  readonly rowCount: number;
  /** The columns, also when there are no rows. */
  readonly fields: readonly { readonly name: string }[];
}

/** A transaction. Only valid inside the callback that received it. */
export interface Tx {
  /** Runs one statement. Concurrent calls are sent at once and run in order. */
  readonly query: <Row>(statement: Query<Row>) => Promise<QueryResult<Row>>;
  /**
   * Runs a statement at the end of the transaction, sent together with the commit: it costs no extra round trip, and
   * its locks are held as briefly as possible. If it fails, so does the transaction. Later statements of the
   * transaction don't see its effects. A function is called then, and returns the statement.
   */
  readonly deferToCommit: (statement: Query<unknown> | (() => Statement)) => void;
  /** The same, and returns a function for the statement's result: call it after the transaction. */
  readonly queryAtCommit: <Row>(statement: Query<Row>) => () => QueryResult<Row>;
  /**
   * The same, after all other deferred statements: for a check that must see what was committed while they waited for
   * locks.
   */
  readonly deferToCommitLast: (statement: Statement) => void;
  /**
   * Later statements are sent at once, but return only when `condition` has resolved, and fail with its error: for a
   * condition that is decided by an earlier statement of the same message. Nothing can be deferred until then.
   */
  readonly requireFirst: (condition: Promise<unknown>) => void;
  /** Sends the deferred statements now, without waiting for their results: a failure fails the returned promise. */
  readonly runDeferred: () => Promise<void>;
  /**
   * Publishes, right after the commit, that an organization changed. Notifications only reduce latency and may be
   * lost: listeners must also read the database.
   */
  readonly publishChange: (organizationId: string) => void;
}

/** How a transaction runs. */
export interface TransactionOptions {
  readonly isolation?: "read committed" | "repeatable read";
  /** Nothing is written: the result is returned without waiting for the commit. A statement that writes fails. */
  readonly readOnly?: boolean;
  /** The timeout profile; that of the database (see `withTimeouts`) by default. */
  readonly timeouts?: TimeoutProfile;
  /** A short read for authentication or an access check: it uses connections that are reserved for those. */
  readonly isPriority?: boolean;
  /**
   * A list or an export, which a replica may answer: one that has everything which was committed before the read began. Access checks,
   * sessions and everything that a write depends on are read on the primary.
   */
  readonly mayUseReplica?: boolean;
  /** A short write that waits for no lock: it doesn't queue behind other writers of the organization. */
  readonly isUnqueued?: boolean;
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
type WriteOptions = Pick<TransactionOptions, "isolation" | "timeouts" | "isPriority" | "isUnqueued"> &
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
    statement: Statement<T>,
    options?: Pick<TransactionOptions, "isPriority">,
  ) => Promise<readonly T[]>;
  /**
   * The same for several statements, in order, on connections that aren't reserved. Returns the rows of each: the type of the first
   * statement's is known.
   */
  readonly readTogether: <T>(
    organizationId: string,
    statements: readonly [Statement<T>, ...Statement[]],
  ) => Promise<readonly [readonly T[], ...(readonly unknown[])[]]>;
  /** `tenant` without an organization: for accounts, sessions, throttles and set-up. Tenant tables fail there. */
  readonly shared: <T>(work: (tx: Tx) => Promise<T>, options?: TransactionOptions) => Promise<T>;
  /**
   * Calls `listener` after each commit that published a change (see `Tx.publishChange`), until the returned function
   * is called: at once for commits of this process, a little later for those of others, and never when the
   * notification is lost.
   */
  readonly onChange: (listener: (organizationId: string) => void) => () => void;
  /** Resolves when the database responds, and says whether it is read-only; for readiness. */
  readonly ping: () => Promise<{ readonly isReadOnly: boolean }>;
  /** The connections of this process, by pool. */
  readonly readConnections: () => readonly ConnectionState[];
  /** Liveness: false while the embedded engine doesn't respond, so that this process must be restarted. */
  readonly isAlive: () => boolean;
  /** The same database with another timeout profile; `interactive` is the default. */
  readonly withTimeouts: (timeouts: TimeoutProfile) => OpenDatabase;
  readonly close: () => Promise<void>;
}

/** The connections of one pool. */
export interface ConnectionState {
  readonly pool: "general" | "priority" | "replica";
  readonly inUse: number;
  readonly idle: number;
  /** Callers that wait for a connection. */
  readonly waiting: number;
}

/**
 * Why the database is unavailable: it doesn't respond, is read-only, has no space left, has too much to do, or has too many changes of the
 * same organization to do, while those of others go on.
 */
export type UnavailableReason = "unreachable" | "read-only" | "full" | "busy" | "organization-busy";

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
