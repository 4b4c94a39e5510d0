import type { Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import type { AccountNotice, SecondFactorChange } from "../../jobs/queues.ts";
import type { StoredAccount } from "../accounts/index.ts";

/** What a person is told about their account. */
type NoticeContent =
  | { readonly type: "password-changed" }
  | { readonly type: "second-factor"; readonly change: SecondFactorChange };

/**
 * Enqueues the email to the owner of an account's address about a change that somebody else may have made. `sessionId` is the
 * session that made it; null without one. A report with the link in the email removes what that session added.
 */
export async function enqueueNotice(
  deps: Pick<Deps, "clock" | "ids" | "enqueue">,
  tx: Tx,
  account: Pick<StoredAccount, "id" | "email" | "language"> & { readonly sessionId: string | null },
  content: NoticeContent,
): Promise<void> {
  const { id: accountId, email, language, sessionId } = account;
  const now = deps.clock.now();
  const opened = sessionId === null ? null : await findStart(tx, accountId, sessionId);
  const at = now.toISOString();
  const mail: AccountNotice = {
    ...content,
    accountId,
    email,
    language,
    at,
    since: (opened ?? now).toISOString(),
  };
  await deps.enqueue(tx, [{ kind: "account-mail", emailId: deps.ids.next(), mail }]);
}

/** When a session was opened; of one that replaced another, when the person authenticated, if that was earlier. */
async function findStart(tx: Tx, accountId: string, sessionId: string): Promise<Date | null> {
  const { rows } = await tx.query(sql<{ startedAt: Date }>`
    SELECT LEAST(created_at, authenticated_at) AS "startedAt" FROM sessions
    WHERE account_id = ${accountId} AND session_id = ${sessionId}`);
  return rows[0]?.startedAt ?? null;
}
