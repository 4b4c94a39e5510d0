/** SQL for accounts whose password or address changes. */
import type { Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";

/** Sets the password hash of an account. */
export async function setPasswordHash(
  tx: Tx,
  {
    accountId,
    passwordHash,
    now,
  }: { readonly accountId: string; readonly passwordHash: string; readonly now: Date },
): Promise<void> {
  await tx.query(sql`
    UPDATE accounts SET password_hash = ${passwordHash}, password_changed_at = ${now} WHERE account_id = ${accountId}`);
}

/**
 * Replaces the password hash by one that no password has, which also ends all device cookies. When the password was last changed
 * by the person stays.
 */
export async function disablePassword(tx: Tx, accountId: string, unusableHash: string): Promise<void> {
  await tx.query(sql`UPDATE accounts SET password_hash = ${unusableHash} WHERE account_id = ${accountId}`);
}

/** Sets the address of an account. Throws the unique violation `accounts_email_key` if another account has it. */
export async function setAccountEmail(tx: Tx, accountId: string, email: string): Promise<void> {
  await tx.query(sql`UPDATE accounts SET email = ${email} WHERE account_id = ${accountId}`);
}
