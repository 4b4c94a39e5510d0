import type { RequestOrigin } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import type { StoredAccount } from "../accounts/index.ts";
import { findSecondFactors } from "../second-factors/index.ts";
import { recordInEveryOrganization } from "./record-account-events.ts";

/**
 * Tells the person by email that a recovery code was used, and records it in their organizations: this must be the last step
 * of a transaction.
 */
export async function noteUsedRecoveryCode(
  deps: Pick<Deps, "clock" | "ids" | "enqueue">,
  tx: Tx,
  { account, origin }: { readonly account: StoredAccount; readonly origin: RequestOrigin },
): Promise<void> {
  const { recoveryCodesLeft } = await findSecondFactors(tx, account.id);
  const { email, language } = account;
  const at = deps.clock.now().toISOString();
  const change = { kind: "recovery-code-used", left: recoveryCodesLeft } as const;
  const mail = { type: "second-factor", email, language, at, change } as const;
  await deps.enqueue(tx, [{ kind: "account-mail", emailId: deps.ids.next(), mail }]);
  await recordInEveryOrganization(deps, tx, {
    account,
    origin,
    action: "accounts.recovery-code-used",
    sessionId: null,
    changes: [{ field: "recoveryCodes", before: recoveryCodesLeft + 1, after: recoveryCodesLeft }],
  });
}
