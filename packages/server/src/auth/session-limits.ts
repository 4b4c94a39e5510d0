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
 * more, and not before the account's own limit.
 */
export function sessionEnd(accountId: string, now: Date): Statement {
  return sql`${now}::timestamptz + make_interval(hours => 24 * GREATEST(${accountMaxDays}::integer, (
    SELECT max(m.session_max_days) FROM account_organizations m
    WHERE m.account_id = ${accountId} AND m.status = 'active')))`;
}

/**
 * Whether session `s` is open, outside any organization: one that is idle for longer than the account's own limit is
 * open as long as one of its organizations accepts it.
 */
export function isSessionOpen(now: Date): Statement {
  return sql`s.expires_at > ${now} AND (${isUsedWithin(accountIdle, now)} OR EXISTS (
    SELECT FROM account_organizations m
    WHERE m.account_id = s.account_id AND m.status = 'active' AND ${isUsedWithin(idleMinutes("m"), now)}))`;
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
function isUsedWithin(limit: Statement, now: Date): Statement {
  return sql`(s.last_seen_at > ${now}::timestamptz - ${limit} AND s.longest_idle < ${limit})`;
}
