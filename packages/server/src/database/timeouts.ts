/** How long a transaction may take, and for whom. */

/** Whose transaction it is: somebody waits for the answer of an interactive one. */
export type TimeoutProfile = "interactive" | "background";

/** Milliseconds. */
export interface Timeouts {
  /** The server ends a statement. */
  readonly statement: number;
  /** The server ends a wait for a lock. */
  readonly lock: number;
  /** The server ends a transaction whose client sends nothing. */
  readonly idle: number;
  /** The client gives the connection up: a little more than `statement`, for a server that answers nothing at all. */
  readonly query: number;
  /** A wait for other writers of the same organization ends. */
  readonly queue: number;
}

/** Time-outs of each profile. Null for an engine with one session: see `embeddedTimeouts`. */
export interface TimeoutProfiles extends Readonly<Record<TimeoutProfile, Timeouts | null>> {
  /** How long a connection may take to be made, or to become free. */
  readonly connect: number;
}

/** A request is answered within 5 seconds, and within 2 when the database is gone. A job may wait for a request. */
export const postgresTimeouts: TimeoutProfiles = {
  connect: 1_800,
  interactive: { statement: 4_000, lock: 2_500, idle: 10_000, query: 4_500, queue: 2_000 },
  background: { statement: 30_000, lock: 10_000, idle: 30_000, query: 35_000, queue: 30_000 },
};

/**
 * None. The embedded engine has one session, and a time-out of the server's ends it for good: after a pause of the whole
 * process (SIGSTOP, a laptop's lid) every time-out is up at once. Its watchdog replaces an engine that doesn't answer.
 */
export const embeddedTimeouts: TimeoutProfiles = {
  connect: 30_000, // others wait for their turn here, behind whatever runs
  interactive: null,
  background: null,
};

/** The statements that set them for one transaction: behind a pooler the next one may be on another connection. */
export function timeoutSettings(timeouts: Timeouts | null): string {
  if (timeouts === null) return "";
  const { statement, lock, idle } = timeouts;
  return `; set local statement_timeout = ${statement}; set local lock_timeout = ${lock}; set local idle_in_transaction_session_timeout = ${idle}`;
}
