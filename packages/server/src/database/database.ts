/** What the rest of the server sees of the database: transactions, and nothing that forgets the tenant. */
import type { Kysely, RawBuilder } from "kysely";
import type { Tables } from "./tables.ts";
import type { TimeoutProfile } from "./timeouts.ts";

/** A transaction. Never kept beyond the callback that received it. */
export type Tx = Kysely<Tables>;

/** How a transaction runs. */
export interface TransactionOptions {
  readonly isolation?: "read committed" | "repeatable read";
  /** Nothing is written: the answer comes back without waiting for the commit. A statement that writes fails. */
  readonly readOnly?: boolean;
  /** Which time-outs it has: those of the database (see `withTimeouts`) if left out. */
  readonly timeouts?: TimeoutProfile;
  /** A short read that authentication or a check needs: it has connections that nothing else can use up. */
  readonly isPriority?: boolean;
}

/** A transaction that only reads. */
interface ReadOptions extends TransactionOptions {
  readonly readOnly: true;
}

/**
 * A transaction that writes says whose rights it rests on: `system` names why nobody's are asked for; `checksAuthority` is for
 * http/authorize-write.ts alone, which reads the actor's rights again inside the transaction.
 */
type WriteOptions = Pick<TransactionOptions, "isolation" | "timeouts" | "isPriority"> &
  ({ readonly system: string } | { readonly checksAuthority: true });

/**
 * An open database, embedded or PostgreSQL: the same SQL on both. A use case that writes for an actor goes through
 * `authorizeWrite`: what the actor might do when the request began may be taken away by the time of the write.
 */
export interface Database extends Omit<OpenDatabase, "tenant" | "shared"> {
  readonly tenant: <T>(
    organizationId: string,
    work: (tx: Tx) => Promise<T>,
    options: ReadOptions | WriteOptions,
  ) => Promise<T>;
  readonly shared: <T>(work: (tx: Tx) => Promise<T>, options: ReadOptions | WriteOptions) => Promise<T>;
}

/** The database without the duty to say whose rights a write rests on: for the composition root and for tests. */
export interface OpenDatabase {
  readonly engine: "embedded" | "postgres";
  /**
   * Runs `work` in one transaction as the application's role with the organization set; commits unless it throws.
   * Repeats it (up to 5 tries) on a serialization failure or deadlock (40001, 40P01), so `work` must touch nothing but `tx`.
   * Throws `DatabaseUnavailable` when no connection can be had within the pool's time-out, it broke, the server takes no
   * changes, or too many others are writing in the organization.
   * Transactions don't nest: pass `tx` on instead.
   */
  readonly tenant: <T>(
    organizationId: string,
    work: (tx: Tx) => Promise<T>,
    options?: TransactionOptions,
  ) => Promise<T>;
  /**
   * Answers one statement that only reads, with the organization set, in a transaction of its own that takes one message there
   * and back: for what every request asks, on connections that nothing else can use up unless `isPriority` is false. The
   * statement is a `prepared` one and throws like `tenant` does.
   */
  readonly lookUp: <T>(
    organizationId: string,
    statement: RawBuilder<T>,
    options?: Pick<TransactionOptions, "isPriority">,
  ) => Promise<readonly T[]>;
  /** `tenant` without an organization: for accounts, sessions, throttles and set-up. Tenant tables fail there. */
  readonly shared: <T>(work: (tx: Tx) => Promise<T>, options?: TransactionOptions) => Promise<T>;
  /**
   * Calls `listener` after each commit that announced an organization (see announce.ts), until it is told to stop: at once
   * for commits of this process, a little later for those of others, and not at all when their word gets lost.
   */
  readonly onChange: (listener: (organizationId: string) => void) => () => void;
  /** Answers when the database does, and says whether it takes changes; for readiness. */
  readonly ping: () => Promise<{ readonly isReadOnly: boolean }>;
  /** Whether this process has to be restarted for the database's sake: false while the embedded engine doesn't answer. */
  readonly isAlive: () => boolean;
  /** The same database with other time-outs. `interactive` is the default. */
  readonly withTimeouts: (timeouts: TimeoutProfile) => OpenDatabase;
  readonly close: () => Promise<void>;
}

/** Why the database is unavailable: it doesn't answer, takes no changes, or has too much to do. */
export type UnavailableReason = "unreachable" | "read-only" | "busy";

/** The database can't serve this now: nothing was committed unless the commit had been acknowledged. */
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
