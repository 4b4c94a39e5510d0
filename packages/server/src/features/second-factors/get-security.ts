import type { PasskeyView, SecurityView } from "@gatehouse/sdk/contract";
import type { AccountActor } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import { findSecondFactors } from "./find-second-factors.ts";

/** How the account of a session is protected. */
export async function getSecurity(
  { db }: Pick<Deps, "db">,
  { accountId }: AccountActor,
): Promise<SecurityView> {
  return db.shared(
    async (tx) => {
      const { totp, recoveryCodesLeft } = await findSecondFactors(tx, accountId);
      return {
        passwordChangedAt: await findPasswordChange(tx, accountId),
        totp: totp === null ? null : { enabledAt: totp.toISOString() },
        passkeys: await listPasskeys(tx, accountId),
        recoveryCodesLeft,
      };
    },
    { readOnly: true },
  );
}

/** The first password is as old as the account. */
async function findPasswordChange(tx: Tx, accountId: string): Promise<string> {
  const { rows } = await tx.query(sql<{ at: Date }>`
    SELECT COALESCE(password_changed_at, created_at) AS at FROM accounts WHERE account_id = ${accountId}`);
  return (rows[0]?.at ?? new Date(0)).toISOString();
}

interface PasskeyRow {
  readonly id: string;
  readonly name: string;
  readonly backedUp: boolean;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

/** The passkeys of an account, the oldest first. */
async function listPasskeys(tx: Tx, accountId: string): Promise<PasskeyView[]> {
  const { rows } = await tx.query(sql<PasskeyRow>`
    SELECT passkey_id AS id, name, created_at AS "createdAt", last_used_at AS "lastUsedAt", backed_up AS "backedUp"
    FROM account_passkeys WHERE account_id = ${accountId} ORDER BY passkey_id`);
  return rows.map((row) => ({
    ...row,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  }));
}
