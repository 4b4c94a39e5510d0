/** Ends a session in which somebody guesses: it may be stolen, and its owner can sign in again. */
import type { RequestOrigin } from "../../auth/actor.ts";
import { markOwnAccessRevoked } from "../../auth/authority.ts";
import type { Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { endSessions } from "./queries.ts";
import { recordInEveryOrganization } from "./record-account-events.ts";

/** The wrong password, code or passkey in a row that ends the session. A right one starts the count again. */
const maxWrong = 10;

/**
 * Counts a wrong try in a session. Returns null while the session stays, or the error that says that it has ended. It must be the last
 * step of a transaction that commits, because it records that in the organizations.
 */
export async function countWrongConfirmation(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  {
    account,
    sessionId,
    origin,
  }: {
    readonly account: { readonly id: string; readonly name: string };
    readonly sessionId: string;
    readonly origin: RequestOrigin;
  },
): Promise<ApiError | null> {
  const { rows } = await tx.query(sql<{ wrong: number }>`
    UPDATE sessions SET wrong_confirmations = wrong_confirmations + 1
    WHERE account_id = ${account.id} AND session_id = ${sessionId}
    RETURNING wrong_confirmations::integer AS wrong`);
  if ((rows[0]?.wrong ?? 0) < maxWrong) return null;
  markOwnAccessRevoked(tx);
  await endSessions(tx, account.id, sessionId);
  const changes = [{ field: "sessions", before: 1, after: 0 }] as const;
  const event = { account, origin, action: "sessions.ended", sessionId, changes } as const;
  await recordInEveryOrganization(deps, tx, event);
  return new ApiError("auth/required", {
    detail: "Too many wrong tries: you are signed out here. Sign in again.",
  });
}

/** Starts the count again after a right password. */
export async function resetWrongConfirmations(
  tx: Tx,
  { accountId, sessionId }: { readonly accountId: string; readonly sessionId: string },
): Promise<void> {
  await tx.query(sql`
    UPDATE sessions SET wrong_confirmations = 0
    WHERE account_id = ${accountId} AND session_id = ${sessionId} AND wrong_confirmations > 0`);
}
