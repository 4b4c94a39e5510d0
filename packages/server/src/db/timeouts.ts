/** Timeouts of transactions. */

/** The kind of transaction: a request waits for an interactive one. */
export type TimeoutProfile = "interactive" | "background";

/** Milliseconds. */
export interface Timeouts {
  /** The server ends a statement. */
  readonly statement: number;
  /** The server ends a wait for a lock. */
  readonly lock: number;
  /** The server ends a transaction whose client sends nothing. */
  readonly idle: number;
  /** The client drops the connection: a little more than `statement`, for a server that doesn't respond at all. */
  readonly query: number;
  /** Longest wait for other writers of the same organization. */
  readonly queue: number;
}

/** Timeouts of each profile. Null for an engine with one session: see `embeddedTimeouts`. */
export interface TimeoutProfiles extends Readonly<Record<TimeoutProfile, Timeouts | null>> {
  /** Longest wait for a connection to be opened or to become free. */
  readonly connect: number;
}

/** A request gets a response within 5 seconds, and within 2 when the database is down. A job may wait for a request. */
export const postgresTimeouts: TimeoutProfiles = {
  connect: 1_800,
  interactive: { statement: 4_000, lock: 2_500, idle: 10_000, query: 4_500, queue: 2_000 },
  background: { statement: 30_000, lock: 10_000, idle: 30_000, query: 35_000, queue: 30_000 },
};

/**
 * None. The embedded engine has one session, which a server-side timeout would end for good: after a pause of the
 * whole process (SIGSTOP, a closed laptop) every timeout has expired at once. Its watchdog replaces an engine that
 * doesn't respond.
 */
export const embeddedTimeouts: TimeoutProfiles = {
  connect: 30_000, // others queue here behind the running statement
  interactive: null,
  background: null,
};

/** The statements that set them for one transaction: behind a pooler the next one may use another connection. */
export function timeoutSettings(timeouts: Timeouts | null): readonly string[] {
  if (timeouts === null) return [];
  const { statement, lock, idle } = timeouts;
  return [
    `set local statement_timeout = ${statement}`,
    `set local lock_timeout = ${lock}`,
    `set local idle_in_transaction_session_timeout = ${idle}`,
  ];
}
