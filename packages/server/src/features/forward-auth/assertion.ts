/** Who a request comes from, signed, so that a panel needn't trust its network: a JSON Web Token (RFC 7519, EdDSA). */
import { createHash } from "node:crypto";
import type { Secrets } from "../../ports/secrets.ts";

/** What an assertion says. */
export interface AssertedUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly organizationId: string;
}

/** Who says it, and the one panel that may believe it. */
export interface AssertionParties {
  readonly issuer: string;
  /** Origin of the panel: at any other, the assertion is worth nothing. */
  readonly audience: string;
}

/** Seconds. A proxy asks again with each request, so an assertion serves one. */
const validFor = 60;

/** The token: issued by the installation for one panel. */
export function writeAssertion(
  { assertions }: Pick<Secrets, "assertions">,
  { issuer, audience }: AssertionParties,
  { id, name, email, organizationId }: AssertedUser,
  now: Date,
): string {
  const issuedAt = Math.floor(now.getTime() / 1000);
  const head = { alg: "EdDSA", typ: "JWT", kid: keyId(assertions.publicKey) };
  const claims = {
    iss: issuer,
    aud: audience,
    sub: id,
    organization: organizationId,
    name,
    email,
    iat: issuedAt,
    exp: issuedAt + validFor,
  };
  const signed = [head, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${signed}.${assertions.sign(signed)}`;
}

/** The public keys with which assertions are checked (RFC 7517). */
export function publicKeys({ assertions: { publicKey } }: Pick<Secrets, "assertions">): object {
  return {
    keys: [{ kty: "OKP", crv: "Ed25519", use: "sig", alg: "EdDSA", kid: keyId(publicKey), x: publicKey }],
  };
}

/** The key's thumbprint (RFC 7638). */
function keyId(x: string): string {
  return createHash("sha256")
    .update(JSON.stringify({ crv: "Ed25519", kty: "OKP", x }))
    .digest("base64url");
}
