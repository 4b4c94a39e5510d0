import type { AccountActor } from "../../auth/actor.ts";
import { markOwnAccessRevoked } from "../../auth/authority.ts";
import { authorizeAccountWrite } from "../../auth/authorize-write.ts";
import type { Deps } from "../../deps.ts";
import { notFound } from "../../errors/api-error.ts";
import { lockAccount } from "../accounts/index.ts";
import { endOtherSessions, endSessions } from "./queries.ts";
import { recordInEveryOrganization } from "./record-account-events.ts";

/** Ends this session, or with `everywhere` all sessions of the account. */
export async function signOut(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  account: AccountActor,
  { everywhere }: { readonly everywhere: boolean },
): Promise<void> {
  await authorizeAccountWrite(deps, account, async (tx, account) => {
    markOwnAccessRevoked(tx);
    if (everywhere) await lockAccount(tx, account.accountId);
    await endSessions(tx, account.accountId, everywhere ? null : account.sessionId);
    await recordInEveryOrganization(deps, tx, {
      account: { id: account.accountId, name: account.name },
      origin: account.origin,
      action: everywhere ? "sessions.ended" : "sessions.signed-out",
      sessionId: everywhere ? null : account.sessionId,
    });
  });
}

/**
 * Ends one session of the account, or all except the current one if `sessionId` is null. Returns whether the current
 * session was ended.
 * @throws ApiError not-found
 */
export async function endMySessions(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  account: AccountActor,
  sessionId: string | null,
): Promise<{ readonly isCurrentSessionEnded: boolean }> {
  await authorizeAccountWrite(deps, account, async (tx, account) => {
    if (sessionId === account.sessionId) markOwnAccessRevoked(tx);
    if (sessionId === null) await lockAccount(tx, account.accountId);
    const ended =
      sessionId === null
        ? await endOtherSessions(tx, account.accountId, account.sessionId)
        : await endSessions(tx, account.accountId, sessionId);
    if (ended === 0 && sessionId !== null) throw notFound();
    if (ended === 0) return;
    await recordInEveryOrganization(deps, tx, {
      account: { id: account.accountId, name: account.name },
      origin: account.origin,
      action: "sessions.ended",
      sessionId,
      changes: [{ field: "sessions", before: ended, after: 0 }],
    });
  });
  return { isCurrentSessionEnded: sessionId === account.sessionId };
}
