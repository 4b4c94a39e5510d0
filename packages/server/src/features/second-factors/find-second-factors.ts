import type { SecondFactorMethod } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";

/** The second factors of an account. */
export interface SecondFactors {
  /** When the authenticator app was confirmed; null without one. */
  readonly totp: Date | null;
  /** How many passkeys it has. */
  readonly passkeys: number;
  /** Unused recovery codes. They are no factor of their own: they exist only beside one. */
  readonly recoveryCodesLeft: number;
}

/** Reads the second factors of an account. */
export async function findSecondFactors(tx: Tx, accountId: string): Promise<SecondFactors> {
  const { rows } = await tx.query(sql<SecondFactors>`
    SELECT (SELECT enabled_at FROM account_totp WHERE account_id = ${accountId}) AS totp,
      (SELECT count(*)::integer FROM account_passkeys WHERE account_id = ${accountId}) AS passkeys,
      (SELECT count(*)::integer FROM account_recovery_codes WHERE account_id = ${accountId} AND used_at IS NULL)
        AS "recoveryCodesLeft"`);
  return rows[0] ?? { totp: null, passkeys: 0, recoveryCodesLeft: 0 };
}

/** Whether there is a second factor at all. */
export function hasSecondFactor({ totp, passkeys }: SecondFactors): boolean {
  return totp !== null || passkeys > 0;
}

/** The methods with which the person can pass the second factor; empty without one. */
export function listFactorMethods(factors: SecondFactors): SecondFactorMethod[] {
  if (!hasSecondFactor(factors)) return [];
  return [
    ...(factors.totp === null ? [] : (["totp"] as const)),
    ...(factors.passkeys === 0 ? [] : (["passkey"] as const)),
    ...(factors.recoveryCodesLeft === 0 ? [] : (["recovery-code"] as const)),
  ];
}
