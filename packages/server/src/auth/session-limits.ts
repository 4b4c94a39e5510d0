/** How long a session lives: for the account, and in each organization. */
import { type Statement, sql } from "../db/sql.ts";

const minute = 60_000;

/** Use is recorded at most this often. */
const touchInterval = minute;

/** For the account a session ends after this long without use. */
const accountIdle = sql`'12 hours'::interval`;
/** For the account a session ends this long after sign-in, however much it was used. */
const accountMaxDays = 30;

/** Whether use should be recorded now: the last record is older than the interval, or there is none. */
export function isDueForTouch(lastUse: Date | null, now: Date): boolean {
  return lastUse === null || now.getTime() - lastUse.getTime() >= touchInterval;
}

/**
 * When a session of an account that begins now ends at the latest: when no organization of the account accepts it any
 * more, and not before the account's own limit. `maxDays`: the most that one of its organizations accepts, or null.
 */
export function sessionEnd(now: Date, maxDays: Statement): Statement {
  return sql`${now}::timestamptz + make_interval(hours => 24 * GREATEST(${accountMaxDays}::integer, ${maxDays}))`;
}

/**
 * Whether session `s` is open, outside any organization: one that is idle for longer than the account's own limit is
 * open as long as one of its organizations accepts it. `which` is the condition for the sessions `k` that are meant: the subquery depends on nothing else,
 * so that it also runs where organizations are on several servers.
 */
export function isSessionOpen(now: Date, which: Statement): Statement {
  return sql`s.expires_at > ${now} AND (${isUsedWithin(accountIdle, now)} OR s.token_hash IN (
    SELECT k.token_hash FROM sessions k JOIN account_organizations m ON m.account_id = k.account_id AND m.status = 'active'
    WHERE ${which} AND ${isUsedWithin(idleMinutes("m"), now, "k")}))`;
}

/** The sessions `k` that are idle for longer than the account's own limit. */
export function isIdle(now: Date): Statement {
  return sql`NOT ${isUsedWithin(accountIdle, now, "k")}`;
}

/** The same in organization `o` alone: whether another one accepts it makes no difference there. */
export function isSessionOpenInOrganization(now: Date): Statement {
  return sql`s.expires_at > ${now} AND (${isUsedWithin(accountIdle, now)} OR ${isUsedWithin(idleMinutes("o"), now)})`;
}

/** Whether session `s` is within the limits of organization `o`. Its age counts from the sign-in, not from a later confirmation. */
export function isWithinOrganizationLimits(now: Date): Statement {
  return sql`(LEAST(s.created_at, s.authenticated_at) > ${now}::timestamptz - make_interval(hours => 24 * o.session_max_days)
    AND ${isUsedWithin(idleMinutes("o"), now)})`;
}

/** When session `s` ends in organization `o`, if it is used. */
export const endInOrganization: Statement = sql`LEAST(s.expires_at,
  LEAST(s.created_at, s.authenticated_at) + make_interval(hours => 24 * o.session_max_days))`;

function idleMinutes(table: "m" | "o"): Statement {
  return table === "m"
    ? sql`make_interval(mins => m.session_idle_minutes)`
    : sql`make_interval(mins => o.session_idle_minutes)`;
}

/** Whether session `s` has never been unused for as long as `limit`: later use, elsewhere, doesn't revive it. */
function isUsedWithin(limit: Statement, now: Date, session: "s" | "k" = "s"): Statement {
  return session === "s"
    ? sql`(s.last_seen_at > ${now}::timestamptz - ${limit} AND s.longest_idle < ${limit})`
    : sql`(k.last_seen_at > ${now}::timestamptz - ${limit} AND k.longest_idle < ${limit})`;
}
