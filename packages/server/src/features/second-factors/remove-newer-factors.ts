import type { Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import { findSecondFactors, hasSecondFactor } from "./find-second-factors.ts";
import { deleteRecoveryCodes } from "./recovery-codes.ts";

/** The factors that were removed. */
export interface RemovedFactors {
  readonly hadTotp: boolean;
  /** Names of the passkeys. */
  readonly passkeys: readonly string[];
}

/**
 * Removes the second factors and the recovery codes that were added at an instant or later, when it turns out that it may have been
 * somebody else. Lock the account before.
 */
export async function removeNewerFactors(tx: Tx, accountId: string, since: Date): Promise<RemovedFactors> {
  const passkeys = await tx.query(sql<{ name: string }>`
    DELETE FROM account_passkeys WHERE account_id = ${accountId} AND created_at >= ${since} RETURNING name`);
  const totp = await tx.query(sql<{ wasEnabled: boolean }>`
    DELETE FROM account_totp WHERE account_id = ${accountId} AND COALESCE(enabled_at, created_at) >= ${since}
    RETURNING enabled_at IS NOT NULL AS "wasEnabled"`);
  await tx.query(sql`
    UPDATE account_totp SET next_secret = NULL, next_created_at = NULL
    WHERE account_id = ${accountId} AND next_created_at >= ${since}`);
  await tx.query(sql`
    DELETE FROM account_recovery_codes WHERE account_id = ${accountId} AND created_at >= ${since}`);
  if (!hasSecondFactor(await findSecondFactors(tx, accountId))) await deleteRecoveryCodes(tx, accountId);
  return {
    hadTotp: totp.rows[0]?.wasEnabled === true,
    passkeys: passkeys.rows.map(({ name }) => name),
  };
}
