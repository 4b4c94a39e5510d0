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
 * Asks once and keeps the user for at most `maxStaleness` milliseconds: only while `source` hears of ended sessions, and until it
 * hears that this one may have ended. An answer that crosses such news isn't kept, nor is one without a user.
 */
export function keepSessions(
  introspect: Introspect,
  source: Pick<AccessSource, "hearsSessions" | "onSessionsEnded">,
  maxStaleness: number,
): Introspect {
  const kept = new Map<string, KeptSession>();
  let news = 0;
  source.onSessionsEnded((userIds) => {
    news++;
    const ended = userIds && new Set(userIds);
    for (const [token, { user }] of kept) if (ended?.has(user.id) ?? true) kept.delete(token);
  });
  return async (token) => {
    const askedAt = readClocks().monotonic;
    const session = kept.get(token);
    const hears = source.hearsSessions();
    if (hears && session !== undefined && askedAt - session.askedAt < maxStaleness) return session.user;
    const before = news;
    const user = await introspect(token);
    kept.delete(token);
    if (user !== null && hears && news === before) {
      if (kept.size >= maxKept) kept.clear();
      kept.set(token, { user, askedAt });
    }
    return user;
  };
}
