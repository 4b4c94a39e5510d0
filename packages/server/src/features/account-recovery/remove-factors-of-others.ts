import type { RequestOrigin } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import type { SecondFactorChange } from "../../jobs/queues.ts";
import type { LockedAccount } from "../accounts/index.ts";
import { removeNewerFactors } from "../second-factors/index.ts";
import { enqueueNotice, recordInEveryOrganization } from "../sessions/index.ts";

/**
 * Removes the second factors that an account got since an instant, because somebody else may have added them to stay. The owner of the
 * account's address is told, and the organizations' audit logs. Enters the organizations: only events may follow.
 */
export async function removeFactorsOfOthers(
  deps: Pick<Deps, "clock" | "ids" | "enqueue">,
  tx: Tx,
  { account, origin }: { readonly account: LockedAccount; readonly origin: RequestOrigin },
  since: Date,
): Promise<void> {
  const { hadTotp, passkeys } = await removeNewerFactors(tx, account.id, since);
  const changes: readonly Extract<SecondFactorChange, { kind: "totp-removed" | "passkey-removed" }>[] = [
    ...(hadTotp ? [{ kind: "totp-removed" } as const] : []),
    ...passkeys.map((name) => ({ kind: "passkey-removed", name }) as const),
  ];
  for (const change of changes) {
    await enqueueNotice(deps, tx, { ...account, sessionId: null }, { type: "second-factor", change });
    await recordInEveryOrganization(deps, tx, {
      account,
      origin,
      action: `accounts.${change.kind}`,
      sessionId: null,
      changes: "name" in change ? [{ field: "passkey", before: change.name, after: null }] : [],
    });
  }
}
