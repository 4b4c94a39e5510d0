import type { RequestOrigin } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import type { StoredAccount } from "../accounts/index.ts";
import { enqueueNotice } from "./enqueue-notice.ts";
import { recordInEveryOrganization } from "./record-account-events.ts";

/** A recovery code that was used. */
interface UsedRecoveryCode {
  readonly account: StoredAccount;
  /** The session in which it was used; null for a sign-in. */
  readonly sessionId: string | null;
  readonly origin: RequestOrigin;
  readonly recoveryCodesLeft: number;
}

/**
 * Tells the person by email that a recovery code was used, and records it in their organizations: this must be the last step
 * of a transaction.
 */
export async function noteUsedRecoveryCode(
  deps: Pick<Deps, "clock" | "ids" | "enqueue">,
  tx: Tx,
  { account, sessionId, origin, recoveryCodesLeft: left }: UsedRecoveryCode,
): Promise<void> {
  const change = { kind: "recovery-code-used", left } as const;
  await enqueueNotice(deps, tx, { ...account, sessionId }, { type: "second-factor", change });
  await recordInEveryOrganization(deps, tx, {
    account,
    origin,
    action: "accounts.recovery-code-used",
    sessionId: null,
    changes: [{ field: "recoveryCodes", before: left + 1, after: left }],
  });
}
