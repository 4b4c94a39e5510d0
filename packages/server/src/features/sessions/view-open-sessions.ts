import type { UserSession } from "@gatehouse/sdk/contract";
import type { Tx } from "../../database/database.ts";
import { idleSince } from "../../http/session-limits.ts";
import { listOpenSessions } from "./queries.ts";

/** Where an account is signed in, the place used last first; `currentId` is the session of whoever asks. */
export async function viewOpenSessions(
  tx: Tx,
  query: { readonly accountId: string; readonly currentId: string | null; readonly now: Date },
): Promise<UserSession[]> {
  const { accountId, currentId, now } = query;
  const sessions = await listOpenSessions(tx, { accountId, now, idleSince: idleSince(now) });
  return sessions.map((session) => ({
    ...session,
    current: session.id === currentId,
    createdAt: session.createdAt.toISOString(),
    lastSeenAt: session.lastSeenAt.toISOString(),
  }));
}
