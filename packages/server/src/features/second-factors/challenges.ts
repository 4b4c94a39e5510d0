/** Sign-ins whose password was right and that wait for the second factor. */
import type { Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import { hashToken } from "../../ports/secrets.ts";

/** How long the second factor can be entered. */
const challengeMs = 10 * 60_000;

/** The wrong try that ends a challenge. */
const maxFailures = 5;

/** The token of a challenge's cookie, of which only the hash is stored, and its end. */
export interface OpenedChallenge {
  readonly token: string;
  readonly expiresAt: Date;
}

/** Creates a challenge. It replaces the one of the same browser, whose token is `replaces`. */
export async function createChallenge(
  deps: Pick<Deps, "clock" | "secrets">,
  tx: Tx,
  { accountId, replaces }: { readonly accountId: string; readonly replaces: string | null },
): Promise<OpenedChallenge> {
  const now = deps.clock.now();
  const token = deps.secrets.token();
  const expiresAt = new Date(now.getTime() + challengeMs);
  if (replaces !== null) await deleteChallenge(tx, replaces);
  await tx.query(sql`
    INSERT INTO sign_in_challenges (token_hash, account_id, created_at, expires_at)
    VALUES (${hashToken(token)}, ${accountId}, ${now}, ${expiresAt})`);
  return { token, expiresAt };
}

/** The account of a challenge that is still open; null for any other token. */
export async function findChallengeAccount(tx: Tx, token: string, now: Date): Promise<string | null> {
  const { rows } = await tx.query(sql<{ accountId: string }>`
    SELECT account_id AS "accountId" FROM sign_in_challenges
    WHERE token_hash = ${hashToken(token)} AND expires_at > ${now}`);
  return rows[0]?.accountId ?? null;
}

/**
 * Locks an open challenge until the transaction ends, so that its tries come one after the other; false once it has ended.
 * Lock the account before: whatever ends challenges locks the account first, too.
 */
export async function lockChallenge(tx: Tx, token: string, now: Date): Promise<boolean> {
  const { rows } = await tx.query(sql`
    SELECT 1 FROM sign_in_challenges WHERE token_hash = ${hashToken(token)} AND expires_at > ${now} FOR UPDATE`);
  return rows.length === 1;
}

/** Counts a wrong try. Returns how many are left; the last one ends the challenge. */
export async function countWrongTry(tx: Tx, token: string): Promise<number> {
  const { rows } = await tx.query(sql<{ failures: number }>`
    UPDATE sign_in_challenges SET failures = failures + 1 WHERE token_hash = ${hashToken(token)}
    RETURNING failures::integer AS failures`);
  const left = maxFailures - (rows[0]?.failures ?? maxFailures);
  if (left <= 0) await deleteChallenge(tx, token);
  return Math.max(left, 0);
}

/** Ends all challenges of an account that has no second factor any more. */
export async function deleteChallenges(tx: Tx, accountId: string): Promise<void> {
  await tx.query(sql`DELETE FROM sign_in_challenges WHERE account_id = ${accountId}`);
}

/** Ends a challenge. */
export async function deleteChallenge(tx: Tx, token: string): Promise<void> {
  await tx.query(sql`DELETE FROM sign_in_challenges WHERE token_hash = ${hashToken(token)}`);
}
