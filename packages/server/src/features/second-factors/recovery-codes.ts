/** Recovery codes: ten for each account with a second factor, each works once. */
import { randomInt } from "node:crypto";
import type { Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";

const codeCount = 10;
const codeLength = 10;
/** Crockford's base 32: no i, l, o and u. A code has 50 random bits. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** A new code, as it is shown: `k7m2p-9xq4r`. */
function createCode(): string {
  const code = Array.from({ length: codeLength }, () => alphabet[randomInt(alphabet.length)]).join("");
  return `${code.slice(0, codeLength / 2)}-${code.slice(codeLength / 2)}`;
}

/** A typed code in the form that is hashed: case, spaces and hyphens don't matter, nor letters that look like digits. */
export function normalizeRecoveryCode(typed: string): string {
  return typed
    .toLowerCase()
    .replaceAll(/[\s\p{Pd}]/gu, "")
    .replaceAll("o", "0")
    .replaceAll(/[il]/g, "1");
}

/** The purpose and the message whose signature is stored instead of the code. */
function describeCode(accountId: string, typed: string): [purpose: string, message: string] {
  return ["recovery-code", `${accountId}:${normalizeRecoveryCode(typed)}`];
}

/** Creates ten codes in place of the account's earlier ones, and returns them: they are shown once. */
export async function replaceRecoveryCodes(
  { clock, secrets }: Pick<Deps, "clock" | "secrets">,
  tx: Tx,
  accountId: string,
): Promise<string[]> {
  const codes = new Set<string>();
  while (codes.size < codeCount) codes.add(createCode());
  const hashes = [...codes].map((code) => secrets.sign(...describeCode(accountId, code)));
  await deleteRecoveryCodes(tx, accountId);
  await tx.query(sql`
    INSERT INTO account_recovery_codes (account_id, code_hash, created_at)
    SELECT ${accountId}, hash, ${clock.now()} FROM unnest(${hashes}::text[]) AS c (hash)`);
  return [...codes];
}

/**
 * Uses a code. Returns how many are left to one of several concurrent calls, null to the others. Locks the unused codes in one
 * order, so that two codes that are used at once don't count each other. Lock the account before.
 */
export async function claimRecoveryCode(
  { clock, secrets }: Pick<Deps, "clock" | "secrets">,
  tx: Tx,
  accountId: string,
  typed: string,
): Promise<number | null> {
  const { rows } = await tx.query(sql<{ left: number }>`
    WITH unused AS (
      SELECT code_hash FROM account_recovery_codes WHERE account_id = ${accountId} AND used_at IS NULL
      ORDER BY code_hash FOR UPDATE)
    UPDATE account_recovery_codes c SET used_at = ${clock.now()} FROM unused u
    WHERE c.account_id = ${accountId} AND c.code_hash = u.code_hash AND u.code_hash = ANY(${secrets.listSignatures(...describeCode(accountId, typed))}::text[])
    RETURNING (SELECT count(*)::int - 1 FROM unused) AS left`);
  return rows[0]?.left ?? null;
}

/** Deletes the codes of an account. */
export async function deleteRecoveryCodes(tx: Tx, accountId: string): Promise<void> {
  await tx.query(sql`DELETE FROM account_recovery_codes WHERE account_id = ${accountId}`);
}
