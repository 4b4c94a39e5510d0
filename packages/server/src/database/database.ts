/** What the rest of the server sees of the database: transactions, and nothing that forgets the tenant. */
import type { Kysely, RawBuilder } from "kysely";
import type { Tables } from "./tables.ts";

/** A transaction. Never kept beyond the callback that received it. */
export type Tx = Kysely<Tables>;

/** How a transaction runs. */
export interface TransactionOptions {
  readonly isolation?: "read committed" | "repeatable read";
  /** Nothing is written: the answer comes back without waiting for the commit. A statement that writes fails. */
  readonly readOnly?: boolean;
}

/** An open database, embedded or PostgreSQL: the same SQL on both. */
export interface Database {
  readonly engine: "embedded" | "postgres";
  /**
   * Runs `work` in one transaction as the application's role with the organization set; commits unless it throws.
   * Repeats it (up to 5 tries) on a serialization failure or deadlock (40001, 40P01), so `work` must touch nothing but `tx`.
   * Throws `DatabaseUnavailable` when no connection can be had within the pool's time-out, or it broke.
   * Transactions don't nest: pass `tx` on instead.
   */
  readonly tenant: <T>(
    organizationId: string,
    work: (tx: Tx) => Promise<T>,
    options?: TransactionOptions,
  ) => Promise<T>;
  /**
   * Answers one statement that only reads, with the organization set, in a transaction of its own that takes one message there
   * and back: for what every request asks. The statement is a `prepared` one and throws like `tenant` does.
   */
  readonly lookUp: <T>(organizationId: string, statement: RawBuilder<T>) => Promise<readonly T[]>;
  /** `tenant` without an organization: for accounts, sessions, throttles and set-up. Tenant tables fail there. */
  readonly shared: <T>(work: (tx: Tx) => Promise<T>, options?: TransactionOptions) => Promise<T>;
  /**
   * Calls `listener` after each commit that announced an organization (see announce.ts), until it is told to stop: at once
   * for commits of this process, a little later for those of others, and not at all when their word gets lost.
   */
  readonly onChange: (listener: (organizationId: string) => void) => () => void;
  /** Answers when the database does; for readiness. */
  readonly ping: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The database can't be reached, or broke off: nothing was committed unless the commit had been acknowledged. */
export class DatabaseUnavailable extends Error {
  override readonly name = "DatabaseUnavailable";
}

/** Sets the organization inside an open transaction that began without one. */
export type EnterOrganization = (tx: Tx, organizationId: string) => Promise<void>;
