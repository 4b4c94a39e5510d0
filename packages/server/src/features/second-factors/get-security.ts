import type { SecurityView } from "@gatehouse/sdk/contract";
import type { AccountActor } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import { listPasskeys, toPasskeyView } from "../passkeys/index.ts";
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
        passkeys: (await listPasskeys(tx, accountId)).map(toPasskeyView),
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
