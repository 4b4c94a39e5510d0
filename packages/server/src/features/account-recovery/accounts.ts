/** SQL for accounts whose password or address changes. */
import type { Language } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";

/** An account that can sign in. */
export interface LockedAccount {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly language: Language;
}

/**
 * Locks an account until the transaction ends. Every change of its links locks it first, so that two of them can't
 * deadlock. It also keeps the account from joining an organization meanwhile.
 */
export async function lockAccount(tx: Tx, accountId: string): Promise<LockedAccount | null> {
  const { rows } = await tx.query(sql<LockedAccount>`
    SELECT account_id AS id, email, name, language FROM accounts
    WHERE account_id = ${accountId} AND email IS NOT NULL FOR UPDATE`);
  return rows[0] ?? null;
}

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

/** Sets the address of an account. Throws the unique violation `accounts_email_key` if another account has it. */
export async function setAccountEmail(tx: Tx, accountId: string, email: string): Promise<void> {
  await tx.query(sql`UPDATE accounts SET email = ${email} WHERE account_id = ${accountId}`);
}
