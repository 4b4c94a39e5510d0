/** Session lifetimes. */

const minute = 60_000;

/** A session ends after this long without use. */
const idleLimit = 12 * 60 * minute;
/** A session ends this long after sign-in, however much it was used. */
const absoluteLimit = 30 * 24 * 60 * minute;
/** Use is recorded at most this often. */
const touchInterval = minute;

/** Sessions last seen at this instant or before have been idle for too long. */
export function idleSince(now: Date): Date {
  return new Date(now.getTime() - idleLimit);
}

/** When a session that begins now ends at the latest. */
export function sessionEnd(now: Date): Date {
  return new Date(now.getTime() + absoluteLimit);
}

/** Whether use should be recorded now: the last record is older than the interval, or there is none. */
export function isDueForTouch(lastUse: Date | null, now: Date): boolean {
  return lastUse === null || now.getTime() - lastUse.getTime() >= touchInterval;
}
