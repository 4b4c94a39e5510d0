/** SQL for passkeys. */
import type { PasskeyView } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import type { Assertion, NewCredential, VerifiablePasskey } from "./verify-credential.ts";

/** A passkey as it is stored, without its key. */
export interface StoredPasskey {
  readonly id: string;
  readonly credentialId: string;
  readonly transports: string[];
  readonly name: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly isBackedUp: boolean;
}

/** The JSON representation of a passkey. */
export function toPasskeyView(passkey: Omit<StoredPasskey, "credentialId" | "transports">): PasskeyView {
  const { id, name, createdAt, lastUsedAt, isBackedUp } = passkey;
  return {
    id,
    name,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    backedUp: isBackedUp,
  };
}

/** The passkeys of an account, the oldest first. */
export async function listPasskeys(tx: Tx, accountId: string): Promise<readonly StoredPasskey[]> {
  const { rows } = await tx.query(sql<StoredPasskey>`
    SELECT passkey_id AS id, credential_id AS "credentialId", transports, name, created_at AS "createdAt",
      last_used_at AS "lastUsedAt", backed_up AS "isBackedUp"
    FROM account_passkeys WHERE account_id = ${accountId} ORDER BY created_at, passkey_id`);
  return rows;
}

/** A passkey with the account that signs in with it. */
export interface UsablePasskey extends VerifiablePasskey {
  readonly id: string;
}

/** The passkey with a credential id; null without one. */
export async function findPasskey(tx: Tx, credentialId: string): Promise<UsablePasskey | null> {
  const { rows } = await tx.query(sql<UsablePasskey>`
    SELECT passkey_id AS id, account_id AS "accountId", credential_id AS "credentialId",
      encode(public_key, 'base64') AS "publicKey", sign_count::double precision AS "signCount"
    FROM account_passkeys WHERE credential_id = ${credentialId}`);
  return rows[0] ?? null;
}

/** A passkey to insert. */
export interface NewPasskey extends Omit<NewCredential, "challenge"> {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly createdAt: Date;
}

/** Inserts a passkey. False if the credential belongs to an account already. */
export async function insertPasskey(tx: Tx, passkey: NewPasskey): Promise<boolean> {
  const { rows } = await tx.query(sql`
    INSERT INTO account_passkeys (passkey_id, account_id, credential_id, public_key, sign_count, transports, name, backed_up,
      created_at)
    VALUES (${passkey.id}, ${passkey.accountId}, ${passkey.credentialId}, decode(${passkey.publicKey}, 'base64'),
      ${passkey.signCount}, ${passkey.transports}::text[], ${passkey.name}, ${passkey.isBackedUp}, ${passkey.createdAt})
    ON CONFLICT (credential_id) DO NOTHING RETURNING 1`);
  return rows.length === 1;
}

/**
 * Stores the use of a passkey. False if it was used or removed since it was read: of two uses with the same counter one is
 * that of a copy. Authenticators that don't count always say zero.
 */
export async function recordUse(
  tx: Tx,
  { id, accountId, signCount }: UsablePasskey,
  assertion: Assertion,
  now: Date,
): Promise<boolean> {
  const { rows } = await tx.query(sql`
    UPDATE account_passkeys SET sign_count = ${assertion.signCount}, backed_up = ${assertion.isBackedUp}, last_used_at = ${now}
    WHERE account_id = ${accountId} AND passkey_id = ${id} AND sign_count = ${signCount} RETURNING 1`);
  return rows.length === 1;
}

/** Renames a passkey of an account and returns it; null if the account doesn't have it. */
export async function setPasskeyName(
  tx: Tx,
  { accountId, id, name }: Pick<NewPasskey, "accountId" | "id" | "name">,
): Promise<PasskeyView | null> {
  const { rows } = await tx.query(sql<Omit<StoredPasskey, "credentialId" | "transports">>`
    UPDATE account_passkeys SET name = ${name} WHERE account_id = ${accountId} AND passkey_id = ${id}
    RETURNING passkey_id AS id, name, created_at AS "createdAt", last_used_at AS "lastUsedAt", backed_up AS "isBackedUp"`);
  return rows[0] === undefined ? null : toPasskeyView(rows[0]);
}

/** Deletes a passkey of an account and returns its name; null if the account doesn't have it. */
export async function deletePasskey(tx: Tx, accountId: string, id: string): Promise<string | null> {
  const { rows } = await tx.query(sql<{ name: string }>`
    DELETE FROM account_passkeys WHERE account_id = ${accountId} AND passkey_id = ${id} RETURNING name`);
  return rows[0]?.name ?? null;
}
