/** Keeps who a session token belongs to, so that a guard sends no request for each call. */
import type { AccessSource } from "../access-source.ts";
import { readClocks } from "../replica/runtime.ts";
import type { GatehouseUser } from "./authorize.ts";
import type { Introspect } from "./introspect.ts";

/** The most tokens that are kept. */
const maxKept = 10_000;

interface KeptSession {
  readonly user: GatehouseUser;
  readonly askedAt: number;
}

/**
 * Asks once and keeps the user for at most `maxStaleness` milliseconds: only while `source` is subscribed to ended sessions, and
 * until this one may have ended, and for the address of the request alone. A result that was requested before such an event isn't kept, nor is one without a user.
 */
export function keepSessions(
  introspect: Introspect,
  source: Pick<AccessSource, "isSubscribed" | "onSessionsEnded">,
  maxStaleness: number,
): Introspect {
  const kept = new Map<string, KeptSession>();
  let eventCount = 0;
  source.onSessionsEnded((userIds) => {
    eventCount++;
    const ended = userIds && new Set(userIds);
    for (const [name, { user }] of kept) if (ended?.has(user.id) ?? true) kept.delete(name);
  });
  return async (token, ip) => {
    const name = `${token} ${ip}`;
    const askedAt = readClocks().monotonic;
    const session = kept.get(name);
    const isSubscribed = source.isSubscribed();
    if (isSubscribed && session !== undefined && askedAt - session.askedAt < maxStaleness)
      return session.user;
    const before = eventCount;
    const user = await introspect(token, ip);
    kept.delete(name);
    if (user !== null && isSubscribed && eventCount === before) {
      if (kept.size >= maxKept) kept.clear();
      kept.set(name, { user, askedAt });
    }
    return user;
  };
}
