/** Removes the second factors of somebody who lost them. */
import { record } from "../../audit/record.ts";
import type { Actor, AuthenticatedActor, RequestOrigin } from "../../auth/actor.ts";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import type { Tx } from "../../db/database.ts";
import { enterOrganization } from "../../db/enter-organization.ts";
import { sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { findAccountByEmail, type LockedAccount, listOrganizations, lockAccount } from "../accounts/index.ts";
import { getOrganizationSettings } from "../organizations/index.ts";
import { endSessions, enqueueNotice, requireFreshAuthentication } from "../sessions/index.ts";
import { findTarget, isSelf } from "../users/index.ts";
import { noSecondFactor } from "./errors.ts";
import { deleteRecoveryCodes } from "./recovery-codes.ts";

type RemoveDeps = Pick<Deps, "db" | "clock" | "ids" | "enqueue">;

const action = "users.second-factors-removed";

/**
 * Removes all second factors of a user within the grant ceiling whose account belongs to this organization alone, and ends
 * their sessions. The person is told by email. A session has to be freshly authenticated.
 * @throws ApiError auth/step-up, not-found, forbidden/grant-ceiling, forbidden/own-account, forbidden/shared-account,
 *   second-factors/none
 */
export async function removeSecondFactors(
  deps: RemoveDeps,
  actor: AuthenticatedActor,
  userId: string,
): Promise<void> {
  await authorizeWrite(deps, actor, async (tx, actor) => {
    const now = deps.clock.now();
    await requireFreshActor(tx, actor, now);
    const { user } = await findTarget(tx, actor, userId, now);
    if (isSelf(actor, userId)) throw ownAccount();
    const account = await lockAccount(tx, user.accountId);
    const organizations = account === null ? [] : await listOrganizations(tx, account.id);
    if (organizations.some(({ id }) => id !== actor.organizationId)) throw sharedAccount(user.name);
    if (account?.twoFactor !== true)
      throw noSecondFactor(`${user.name} has no second factor, so there is nothing to remove.`);
    const { name: organization } = await getOrganizationSettings(tx, actor.organizationId);
    const ended = await removeAll(deps, tx, account, organization);
    const target = { type: "user", id: user.id, name: user.name };
    await record(deps, tx, actor, [{ action, target, changes: toChanges(ended) }]);
  });
}

/** API keys are never asked. */
async function requireFreshActor(tx: Tx, { accountId, sessionId }: Actor, now: Date): Promise<void> {
  if (accountId === null || sessionId === null) return;
  await requireFreshAuthentication(tx, { accountId, sessionId }, now);
}

/**
 * The same for the operator of the server, whichever organizations the account has. False if no account has the address, or
 * it has no second factor.
 */
export async function removeSecondFactorsForOperator(deps: RemoveDeps, email: string): Promise<boolean> {
  const origin: RequestOrigin = { ip: null, userAgent: "gatehouse account", requestId: deps.ids.next() };
  return deps.db.shared(
    async (tx) => {
      const found = await findAccountByEmail(tx, email);
      const account = found === null ? null : await lockAccount(tx, found.id);
      if (account?.twoFactor !== true) return false;
      const ended = await removeAll(deps, tx, account, null);
      for (const { id, userId } of await listOrganizations(tx, account.id)) {
        await enterOrganization(tx, id);
        const actor = { type: "system", id: null, name: "Command line", organizationId: id, origin } as const;
        const target = { type: "user", id: userId, name: account.name };
        await record(deps, tx, actor, [{ action, target, changes: toChanges(ended) }]);
      }
      return true;
    },
    { system: "the operator gives a way back" },
  );
}

/** Returns how many sessions ended. */
async function removeAll(
  deps: RemoveDeps,
  tx: Tx,
  account: LockedAccount,
  organization: string | null,
): Promise<number> {
  await tx.query(sql`DELETE FROM account_totp WHERE account_id = ${account.id}`);
  await tx.query(sql`DELETE FROM account_passkeys WHERE account_id = ${account.id}`);
  await deleteRecoveryCodes(tx, account.id);
  const ended = await endSessions(tx, account.id, null);
  await enqueueNotice(
    deps,
    tx,
    { ...account, sessionId: null },
    { type: "second-factor", change: { kind: "removed-for-you", organization } },
  );
  return ended;
}

function toChanges(ended: number) {
  return ended === 0 ? [] : [{ field: "sessions", before: ended, after: 0 } as const];
}

/** A stolen session or API key must not be enough to get rid of the second factor. */
function ownAccount(): ApiError {
  return new ApiError("forbidden/own-account", {
    detail: "You can't remove your own second factors here. Turn them off in My account.",
  });
}

function sharedAccount(name: string): ApiError {
  return new ApiError("forbidden/shared-account", {
    detail: `${name} is a user of other organizations, too, so only they can remove their second factors, or the operator of the server can.`,
  });
}
