/**
 * WebAuthn challenges. They are signed instead of stored, so that asking for options writes nothing. Only an accepted one gets
 * a row, in the transaction that accepts it: none is accepted twice.
 */
import type { Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import { hashToken, type Secrets } from "../../ports/secrets.ts";

/** What a challenge is valid for. It is refused for everything else. */
export interface ChallengeScope {
  readonly purpose: "registration" | "sign-in" | "second-factor" | "step-up";
  /** The session or the pending sign-in of the browser that asked for it; empty for a sign-in with a passkey alone. */
  readonly boundTo: string;
}

/** The scope of a challenge for a sign-in with a passkey alone: nothing is known about the browser. */
export const signInScope: ChallengeScope = { purpose: "sign-in", boundTo: "" };

/** The scope of a challenge that only this session may answer. */
export function toSessionScope(
  purpose: "registration" | "step-up",
  { accountId, sessionId }: { readonly accountId: string; readonly sessionId: string },
): ChallengeScope {
  return { purpose, boundTo: `${accountId}:${sessionId}` };
}

/** The scope of a challenge that only the browser of a pending sign-in may answer. */
export function toSecondFactorScope(challengeToken: string): ChallengeScope {
  return { purpose: "second-factor", boundTo: hashToken(challengeToken) };
}

/** How long the person has to respond. */
export const challengeMs = 5 * 60_000;

const pattern = /^([\w-]{22}\.(\d{1,15}))\.([\w-]{43})$/;

/** A new challenge: a nonce, its expiry in milliseconds, and the signature of both. */
export function createChallenge(
  secrets: Pick<Secrets, "sign" | "token">,
  scope: ChallengeScope,
  now: Date,
): string {
  const signed = `${secrets.token().slice(0, 22)}.${now.getTime() + challengeMs}`;
  return `${signed}.${secrets.sign(...describeScope(scope, signed))}`;
}

/** Whether a challenge has this scope and has not expired. Whether it was used is decided by `claimChallenge`. */
export function isValidChallenge(
  secrets: Pick<Secrets, "verify">,
  challenge: string,
  { now, ...scope }: ChallengeScope & { readonly now: Date },
): boolean {
  const [, signed = "", , signature = ""] = pattern.exec(challenge) ?? [];
  return secrets.verify(...describeScope(scope, signed), signature) && readExpiry(challenge) > now;
}

/** Marks a valid challenge used. True for one of several concurrent calls, and only before the expiry. */
export async function claimChallenge(tx: Tx, challenge: string, now: Date): Promise<boolean> {
  const expiresAt = readExpiry(challenge);
  if (expiresAt <= now) return false;
  const { rows } = await tx.query(sql`
    INSERT INTO used_challenges (challenge_hash, expires_at) VALUES (${hashToken(challenge)}, ${expiresAt})
    ON CONFLICT DO NOTHING RETURNING 1`);
  return rows.length === 1;
}

/** The purpose and the message that are signed. */
function describeScope({ purpose, boundTo }: ChallengeScope, signed: string): [string, string] {
  return [`passkey ${purpose}`, `${boundTo}:${signed}`];
}

function readExpiry(challenge: string): Date {
  const [, , milliseconds] = pattern.exec(challenge) ?? [];
  return new Date(Number(milliseconds ?? 0));
}
