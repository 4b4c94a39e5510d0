/** Signed user assertions for panels: JSON Web Tokens (RFC 7519) with EdDSA. */
import { createHash } from "node:crypto";
import type { Secrets } from "../../ports/secrets.ts";

/** The user of an assertion. */
export interface AssertedUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly organizationId: string;
}

/** Issuer and audience. */
export interface AssertionParties {
  readonly issuer: string;
  /** Origin of the panel. Every other panel has to reject the assertion. */
  readonly audience: string;
}

/** A proxy gets a new assertion for each request. */
const lifetimeSeconds = 60;

/** Signs an assertion for one panel. */
export function signAssertion(
  { assertions }: Pick<Secrets, "assertions">,
  { issuer, audience }: AssertionParties,
  { id, name, email, organizationId }: AssertedUser,
  now: Date,
): string {
  const issuedAt = Math.floor(now.getTime() / 1000);
  const header = { alg: "EdDSA", typ: "JWT", kid: getKeyId(assertions.publicKey) };
  const claims = {
    iss: issuer,
    aud: audience,
    sub: id,
    organization: organizationId,
    name,
    email,
    iat: issuedAt,
    exp: issuedAt + lifetimeSeconds,
  };
  const signingInput = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${signingInput}.${assertions.sign(signingInput)}`;
}

/** The JSON Web Key Set for verifying assertions (RFC 7517). */
export function getPublicKeys({ assertions: { publicKey } }: Pick<Secrets, "assertions">): object {
  return {
    keys: [{ kty: "OKP", crv: "Ed25519", use: "sig", alg: "EdDSA", kid: getKeyId(publicKey), x: publicKey }],
  };
}

/** The JWK thumbprint (RFC 7638). */
function getKeyId(x: string): string {
  return createHash("sha256")
    .update(JSON.stringify({ crv: "Ed25519", kty: "OKP", x }))
    .digest("base64url");
}
