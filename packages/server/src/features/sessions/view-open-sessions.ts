import type { UserSession } from "@gatehouse/sdk/contract";
import type { Tx } from "../../database/database.ts";
import { idleSince } from "../../http/session-limits.ts";
import { listMemberSessions } from "./organization-sessions.ts";
import { listOpenSessions } from "./queries.ts";

/**
 * Where an account is signed in, the place used last first; `currentId` is the session of whoever asks. With an
 * organization only where it is that organization's business.
 */
export async function viewOpenSessions(
  tx: Tx,
  query: {
    readonly accountId: string;
    readonly currentId: string | null;
    readonly now: Date;
    readonly organizationId?: string;
  },
): Promise<UserSession[]> {
  const { accountId, currentId, now, organizationId } = query;
  const which = { accountId, now, idleSince: idleSince(now) };
  const sessions =
    organizationId === undefined
      ? await listOpenSessions(tx, which)
      : await listMemberSessions(tx, { ...which, organizationId });
  return sessions.map((session) => ({
    ...session,
    current: session.id === currentId,
    createdAt: session.createdAt.toISOString(),
    lastSeenAt: session.lastSeenAt.toISOString(),
  }));
}
