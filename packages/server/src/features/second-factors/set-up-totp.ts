/** Sets up and removes an authenticator app. */
import type { AccountActor } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import { ApiError, notFound } from "../../errors/api-error.ts";
import { addAttempt, requireFreshAuthentication, requireWithinLimit } from "../sessions/index.ts";
import { openTotpSecret, sealTotpSecret } from "./accept-factor.ts";
import { setUpNotStarted, totpExists, wrongCode } from "./errors.ts";
import { changeFactors, finishAdding, finishRemoving } from "./factor-changes.ts";
import { createTotpSecret, createTotpUri, findTotpStep } from "./totp.ts";

type TotpDeps = Pick<Deps, "db" | "clock" | "ids" | "secrets" | "enqueue">;

/** How long a secret waits for its first code. */
const setUpMs = 60 * 60_000;

/**
 * Creates the secret of an authenticator app. It counts for nothing until a code confirms it; a newer one replaces it.
 * @throws ApiError auth/step-up, second-factors/totp-exists
 */
export async function startTotp(
  deps: TotpDeps,
  actor: AccountActor,
): Promise<{ readonly secret: string; readonly uri: string }> {
  return changeFactors(deps, actor, async (tx, { account, sessionId }) => {
    const now = deps.clock.now();
    await requireFreshAuthentication(tx, { accountId: account.id, sessionId }, now);
    const secret = createTotpSecret();
    const { rows } = await tx.query(sql`
      INSERT INTO account_totp AS t (account_id, secret, created_at)
      VALUES (${account.id}, ${sealTotpSecret(deps.secrets, account.id, secret)}, ${now})
      ON CONFLICT (account_id) DO UPDATE SET secret = EXCLUDED.secret, created_at = EXCLUDED.created_at
        WHERE t.enabled_at IS NULL
      RETURNING 1`);
    if (rows.length === 0) throw totpExists();
    return { secret, uri: createTotpUri(secret, account.email) };
  });
}

/**
 * Confirms the app with its first code, which can't be used to sign in any more. With the first second factor of the account
 * it returns recovery codes, and the account's other sessions end.
 * @throws ApiError second-factors/not-started, second-factors/wrong-code, throttled
 */
export async function confirmTotp(
  deps: TotpDeps,
  actor: AccountActor,
  code: string,
): Promise<{ readonly recoveryCodes?: string[] }> {
  const buckets = [{ name: `confirm authenticator ${actor.accountId}`, limit: 20 }];
  const outcome = await changeFactors(deps, actor, async (tx, owner) => {
    const now = deps.clock.now();
    await requireWithinLimit(tx, buckets, now);
    await addAttempt(tx, buckets, now);
    const secret = await findPendingSecret(deps, tx, owner.account.id);
    if (secret === null) throw setUpNotStarted();
    const step = findTotpStep(secret, code, now);
    if (step === null) return wrongCode("code"); // returned, so that the count is committed
    await tx.query(sql`
      UPDATE account_totp SET enabled_at = ${now}, last_step = ${step} WHERE account_id = ${owner.account.id}`);
    return finishAdding(deps, tx, owner, { kind: "totp-added" });
  });
  if (outcome instanceof ApiError) throw outcome;
  return outcome;
}

async function findPendingSecret(
  { clock, secrets }: Pick<Deps, "clock" | "secrets">,
  tx: Tx,
  accountId: string,
): Promise<string | null> {
  const since = new Date(clock.now().getTime() - setUpMs);
  const { rows } = await tx.query(sql<{ secret: string }>`
    SELECT secret FROM account_totp
    WHERE account_id = ${accountId} AND enabled_at IS NULL AND created_at > ${since}`);
  return rows[0] === undefined ? null : openTotpSecret(secrets, accountId, rows[0].secret);
}

/**
 * Removes the authenticator app; without any other second factor also the recovery codes.
 * @throws ApiError auth/step-up, not-found
 */
export async function removeTotp(deps: TotpDeps, actor: AccountActor): Promise<void> {
  await changeFactors(deps, actor, async (tx, owner) => {
    const { account, sessionId } = owner;
    await requireFreshAuthentication(tx, { accountId: account.id, sessionId }, deps.clock.now());
    const { rows } = await tx.query(sql<{ wasEnabled: boolean }>`
      DELETE FROM account_totp WHERE account_id = ${account.id} RETURNING enabled_at IS NOT NULL AS "wasEnabled"`);
    const [removed] = rows;
    if (removed === undefined) throw notFound();
    if (removed.wasEnabled) await finishRemoving(deps, tx, owner, { kind: "totp-removed" });
  });
}
