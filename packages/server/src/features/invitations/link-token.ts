/** The token in an invitation's link. Pure: no database, no clock. */
import type { Secrets } from "../../ports/secrets.ts";

/** The claims in the token of a link. */
export interface TokenClaims {
  readonly organizationId: string;
  readonly invitationId: string;
  /** Incremented by every new link; links of older generations are invalid. */
  readonly generation: number;
}

/**
 * Creates the token of a link: `<organization><invitation>.<generation>.<MAC>`. It is derived from the secret key, so
 * each email and the copied link have the same token, and the database contains no credential.
 */
export function createToken(secrets: Pick<Secrets, "sign">, claims: TokenClaims): string {
  const { organizationId, invitationId, generation } = claims;
  const mac = secrets.sign("invitation", describeClaims(claims));
  return `${removeDashes(organizationId)}${removeDashes(invitationId)}.${generation.toString(36)}.${mac}`;
}

const tokenPattern = /^([0-9a-f]{32})([0-9a-f]{32})\.([1-9a-z][0-9a-z]{0,5})\.([\w-]{43})$/;

/** The claims of a valid token, otherwise null. Other spellings of a valid token are invalid. */
export function verifyToken(secrets: Pick<Secrets, "verify">, token: string): TokenClaims | null {
  const [, organization, invitation, generation, mac = ""] = tokenPattern.exec(token) ?? [];
  if (organization === undefined || invitation === undefined || generation === undefined) return null;
  const claims: TokenClaims = {
    organizationId: addDashes(organization),
    invitationId: addDashes(invitation),
    generation: Number.parseInt(generation, 36),
  };
  return secrets.verify("invitation", describeClaims(claims), mac) ? claims : null;
}

/** The URL of the accept page. The token is in the fragment, which is not sent to servers and not logged. */
export function createLink(publicUrl: string, token: string): string {
  return `${publicUrl}/accept#${token}`;
}

/**
 * The Message-ID of the email for a link, at the host of the public URL. Every attempt has the same one, so that mail
 * servers and clients can detect duplicates.
 */
export function createMessageId(publicUrl: string, claims: Omit<TokenClaims, "organizationId">): string {
  return `<${claims.invitationId}.${claims.generation}@${new URL(publicUrl).hostname}>`;
}

function describeClaims({ organizationId, invitationId, generation }: TokenClaims): string {
  return `${organizationId}:${invitationId}:${generation}`;
}

function removeDashes(id: string): string {
  return id.replaceAll("-", "");
}

function addDashes(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
