import type { Deps } from "../../deps.ts";
import type { AccountActor } from "../../http/actor.ts";
import { endsOwnAccess } from "../../http/authority.ts";
import { authorizeAccountWrite } from "../../http/authorize-write.ts";
import { notFound } from "../../http/refusal.ts";
import { endOtherSessions, endSessions } from "./queries.ts";
import { recordInEach } from "./record-in-each.ts";

/**
 * Ends one of one's own sessions, or with null all but the one that asks. Answers whether that one was ended.
 * @throws Refusal not-found
 */
export async function endMySessions(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  account: AccountActor,
  sessionId: string | null,
): Promise<{ readonly isOwnEnded: boolean }> {
  await authorizeAccountWrite(deps, account, async (tx, account) => {
    if (sessionId === account.sessionId) endsOwnAccess(tx);
    const ended =
      sessionId === null
        ? await endOtherSessions(tx, account.accountId, account.sessionId)
        : await endSessions(tx, account.accountId, sessionId);
    if (ended === 0 && sessionId !== null) throw notFound();
    if (ended === 0) return;
    await recordInEach(deps, tx, {
      account: { id: account.accountId, name: account.name },
      origin: account.origin,
      action: "sessions.ended",
      sessionId,
      changes: [{ field: "sessions", before: ended, after: 0 }],
    });
  });
  return { isOwnEnded: sessionId === account.sessionId };
}
