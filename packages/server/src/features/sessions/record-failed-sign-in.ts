import { isFirstInMinute } from "../../audit/first-in-minute.ts";
import { record } from "../../audit/record.ts";
import { enterOrganization } from "../../database/enter-organization.ts";
import type { Deps } from "../../deps.ts";
import type { RequestOrigin } from "../../http/actor.ts";
import { listOrganizations, type StoredAccount } from "../accounts/index.ts";

/**
 * Writes down in each organization of an account that somebody didn't know its password: at most once a minute. The answer
 * doesn't wait for it: how long it takes would tell whether there is an account.
 */
export async function recordFailedSignIn(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  account: StoredAccount,
  origin: RequestOrigin,
): Promise<void> {
  const now = deps.clock.now();
  await deps.db.shared(
    async (tx) => {
      if (!(await isFirstInMinute(tx, `failed sign-in ${account.id}`, now))) return;
      for (const { id, userId, status } of await listOrganizations(tx, account.id)) {
        if (status !== "active") continue;
        await enterOrganization(tx, id);
        const nobody = { type: "system", id: null, name: "Sign-in", organizationId: id, origin } as const;
        const target = { type: "user", id: userId, name: account.name };
        await record(deps, tx, nobody, [{ action: "sessions.sign-in-failed", target }]);
      }
    },
    { system: "whoever failed has no rights" },
  );
}
