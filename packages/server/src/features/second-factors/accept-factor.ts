/** Verifies what a person enters as the second factor. */
import type { SecondFactorProof } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import {
  acceptPasskeyUse,
  type ChallengeScope,
  type PasskeyUse,
  verifyPasskeyUse,
} from "../passkeys/index.ts";
import { claimRecoveryCode } from "./recovery-codes.ts";
import { findTotpStep } from "./totp.ts";

/** Which factor was accepted: `method` is that of the session. */
export type AcceptedFactor =
  | { readonly method: "totp" | "passkey" }
  | { readonly method: "recovery-code"; readonly recoveryCodesLeft: number };

type FactorDeps = Pick<Deps, "clock" | "secrets">;

/** A proof that transactions accept. The use of a passkey was verified before; null if it is wrong. */
export type PreparedProof =
  | Exclude<SecondFactorProof, { credential: unknown }>
  | { readonly passkeyUse: PasskeyUse | null };

/** Verifies the use of a passkey, outside of a transaction; other proofs stay as they are. */
export async function prepareProof(
  deps: FactorDeps & Pick<Deps, "db" | "config">,
  proof: SecondFactorProof,
  passkey: { readonly scope: ChallengeScope; readonly requiresVerification: boolean },
): Promise<PreparedProof> {
  return "credential" in proof
    ? { passkeyUse: await verifyPasskeyUse(deps, proof.credential, passkey) }
    : proof;
}

/** Uses up a code of an account, or accepts its passkey. Null if it is wrong, or was used before. */
export async function acceptFactor(
  deps: FactorDeps,
  tx: Tx,
  accountId: string,
  proof: PreparedProof,
): Promise<AcceptedFactor | null> {
  if ("passkeyUse" in proof) {
    const { passkeyUse: use } = proof;
    return use !== null && (await acceptPasskeyUse(deps, tx, accountId, use)) ? { method: "passkey" } : null;
  }
  if ("recoveryCode" in proof) {
    const recoveryCodesLeft = await claimRecoveryCode(deps, tx, accountId, proof.recoveryCode);
    return recoveryCodesLeft === null ? null : { method: "recovery-code", recoveryCodesLeft };
  }
  return (await acceptTotpCode(deps, tx, accountId, proof.code)) ? { method: "totp" } : null;
}

/** Accepts each time step once: one of several concurrent calls succeeds. */
async function acceptTotpCode(
  { clock, secrets }: FactorDeps,
  tx: Tx,
  accountId: string,
  code: string,
): Promise<boolean> {
  const { rows } = await tx.query(sql<{ secret: string }>`
    SELECT secret FROM account_totp WHERE account_id = ${accountId} AND enabled_at IS NOT NULL`);
  const secret = rows[0] === undefined ? null : openTotpSecret(secrets, accountId, rows[0].secret);
  const step = secret === null ? null : findTotpStep(secret, code, clock.now());
  if (step === null) return false;
  const accepted = await tx.query(sql`
    UPDATE account_totp SET last_step = ${step}
    WHERE account_id = ${accountId} AND enabled_at IS NOT NULL AND last_step < ${step} RETURNING 1`);
  return accepted.rows.length === 1;
}

/** Encrypts the secret of an authenticator app for its account. */
export function sealTotpSecret(
  secrets: Pick<Deps["secrets"], "encrypt">,
  accountId: string,
  secret: string,
): string {
  return secrets.encrypt("totp", secret, accountId);
}

/** Decrypts it; null under another secret key. */
export function openTotpSecret(
  secrets: Pick<Deps["secrets"], "decrypt">,
  accountId: string,
  sealed: string,
): string | null {
  return secrets.decrypt("totp", sealed, accountId);
}
