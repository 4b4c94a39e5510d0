import type { AccountActor } from "../../auth/actor.ts";
import type { Deps } from "../../deps.ts";
import { requireFreshAuthentication } from "../sessions/index.ts";
import { noSecondFactor } from "./errors.ts";
import { changeFactors, tell } from "./factor-changes.ts";
import { replaceRecoveryCodes } from "./recovery-codes.ts";

/**
 * Creates ten recovery codes in place of the earlier ones. They are shown once.
 * @throws ApiError auth/step-up, second-factors/none
 */
export async function renewRecoveryCodes(
  deps: Pick<Deps, "db" | "clock" | "ids" | "secrets" | "enqueue">,
  actor: AccountActor,
): Promise<string[]> {
  return changeFactors(deps, actor, async (tx, owner) => {
    const { account, sessionId } = owner;
    await requireFreshAuthentication(tx, { accountId: account.id, sessionId }, deps.clock.now());
    if (!account.twoFactor)
      throw noSecondFactor("Set up an authenticator app first: recovery codes replace it when it is lost.");
    const codes = await replaceRecoveryCodes(deps, tx, account.id);
    await tell(deps, tx, owner, { change: { kind: "recovery-codes-created" }, ended: 0 });
    return codes;
  });
}
