/** Sets up and removes an authenticator app. */
import type { AccountActor } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import { ApiError, notFound } from "../../errors/api-error.ts";
import { addAttempt, requireFreshAuthentication, requireWithinLimit } from "../sessions/index.ts";
import { openTotpSecret, sealTotpSecret } from "./accept-factor.ts";
import { setUpNotStarted, wrongCode } from "./errors.ts";
import { changeFactors, finishAdding, finishRemoving } from "./factor-changes.ts";
import { createTotpSecret, createTotpUri, findTotpStep } from "./totp.ts";

type TotpDeps = Pick<Deps, "db" | "clock" | "ids" | "secrets" | "enqueue">;

/** How long a secret waits for its first code. */
const setUpMs = 60 * 60_000;

/**
 * Creates the secret of an authenticator app. It counts for nothing until a code confirms it; a newer one replaces it. An app that
 * the account already has works until then.
 * @throws ApiError auth/step-up
 */
export async function startTotp(
  deps: TotpDeps,
  actor: AccountActor,
): Promise<{ readonly secret: string; readonly uri: string }> {
  return changeFactors(deps, actor, async (tx, { account, sessionId }) => {
    const now = deps.clock.now();
    await requireFreshAuthentication(tx, { accountId: account.id, sessionId }, now);
    const secret = createTotpSecret();
    const sealed = sealTotpSecret(deps.secrets, account.id, secret);
    const replaced = await tx.query(sql`
      UPDATE account_totp SET next_secret = ${sealed}, next_created_at = ${now}
      WHERE account_id = ${account.id} AND enabled_at IS NOT NULL RETURNING 1`);
    if (replaced.rows.length === 0)
      await tx.query(sql`
        INSERT INTO account_totp (account_id, secret, created_at) VALUES (${account.id}, ${sealed}, ${now})
        ON CONFLICT (account_id) DO UPDATE SET secret = EXCLUDED.secret, created_at = EXCLUDED.created_at`);
    return { secret, uri: createTotpUri(secret, account.email) };
  });
}

/**
 * Confirms the app with its first code, which can't be used to sign in any more, and removes the app that it replaces. With the
 * first second factor of the account it returns recovery codes, and the account's other sessions end.
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
    const pending = await findPendingSecret(deps, tx, owner.account.id);
    if (pending === null) throw setUpNotStarted();
    const { secret, isReplacement } = pending;
    const step = findTotpStep(secret, code, now);
    if (step === null) return wrongCode("code"); // returned, so that the count is committed
    await tx.query(sql`
      UPDATE account_totp SET secret = COALESCE(next_secret, secret), created_at = COALESCE(next_created_at, created_at),
        next_secret = NULL, next_created_at = NULL, enabled_at = ${now}, last_step = ${step}
      WHERE account_id = ${owner.account.id}`);
    return finishAdding(deps, tx, owner, { kind: isReplacement ? "totp-replaced" : "totp-added" });
  });
  if (outcome instanceof ApiError) throw outcome;
  return outcome;
}

async function findPendingSecret(
  { clock, secrets }: Pick<Deps, "clock" | "secrets">,
  tx: Tx,
  accountId: string,
): Promise<PendingSecret | null> {
  const since = new Date(clock.now().getTime() - setUpMs);
  const { rows } = await tx.query(sql<PendingSecret>`
    SELECT COALESCE(next_secret, secret) AS secret, enabled_at IS NOT NULL AS "isReplacement" FROM account_totp
    WHERE account_id = ${accountId} AND (CASE WHEN enabled_at IS NULL THEN created_at ELSE next_created_at END) > ${since}`);
  const [pending] = rows;
  const secret = pending === undefined ? null : openTotpSecret(secrets, accountId, pending.secret);
  return pending === undefined || secret === null ? null : { ...pending, secret };
}

/** A secret that waits for its first code. */
interface PendingSecret {
  readonly secret: string;
  /** Another app works until then. */
  readonly isReplacement: boolean;
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
