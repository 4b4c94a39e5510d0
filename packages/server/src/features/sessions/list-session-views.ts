import type { UserSession } from "@gatehouse/sdk/contract";
import { idleSince } from "../../auth/session-limits.ts";
import type { Tx } from "../../db/database.ts";
import { listMemberSessions, listOpenSessions } from "./queries.ts";

/**
 * The open sessions of an account, the last used first; `currentId` is the session of the request. With an organization,
 * only the sessions that it may see.
 */
export async function listSessionViews(
  tx: Tx,
  query: {
    readonly accountId: string;
    readonly currentId: string | null;
    readonly now: Date;
    readonly organizationId?: string;
  },
): Promise<UserSession[]> {
  const { accountId, currentId, now, organizationId } = query;
  const filter = { accountId, now, idleSince: idleSince(now) };
  const sessions =
    organizationId === undefined
      ? await listOpenSessions(tx, filter)
      : await listMemberSessions(tx, { ...filter, organizationId });
  return sessions.map((session) => ({
    ...session,
    current: session.id === currentId,
    createdAt: session.createdAt.toISOString(),
    lastSeenAt: session.lastSeenAt.toISOString(),
  }));
}
