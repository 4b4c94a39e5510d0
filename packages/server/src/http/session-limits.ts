/** How long a session lives. */

const minute = 60_000;

/** A session that was not used for this long is over. */
const idleLimit = 12 * 60 * minute;
/** A session is over this long after sign-in, however much it was used. */
const absoluteLimit = 30 * 24 * 60 * minute;
/** Use is written down at most this often. */
const touchEvery = minute;

/** Sessions last seen at this instant or before have been idle for too long. */
export function idleSince(now: Date): Date {
  return new Date(now.getTime() - idleLimit);
}

/** When a session that opens now ends at the latest. */
export function sessionEnd(now: Date): Date {
  return new Date(now.getTime() + absoluteLimit);
}

/** Whether the last use was written down long enough ago, or never, so that it is to be written now. */
export function isDueForTouch(lastUse: Date | null, now: Date): boolean {
  return lastUse === null || now.getTime() - lastUse.getTime() >= touchEvery;
}
