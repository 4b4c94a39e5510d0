/** Documents that others verify with the keys at `/.well-known/jwks.json`: JSON Web Signatures (RFC 7515) with Ed25519. */
import { createHash } from "node:crypto";
import type { Secrets } from "../ports/secrets.ts";

/** The key pair of the installation. */
type Signer = Pick<Secrets, "assertions">;

/** The `typ` of a document: one of a kind is never accepted for another. */
export type DocumentType = "JWT" | "gatehouse-checkpoint+jws";

/** Signs the claims, in the compact form. */
export function signDocument({ assertions }: Signer, typ: DocumentType, claims: object): string {
  const header = { alg: "EdDSA", typ, kid: getKeyId(assertions.publicKey) };
  const signingInput = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${signingInput}.${assertions.sign(signingInput)}`;
}

/** The claims of a document that this installation signed; null for every other text. */
export function readSignedDocument({ assertions }: Signer, typ: DocumentType, text: string): unknown {
  const [header = "", claims = "", signature = ""] = text.split(".");
  if (!assertions.verify(`${header}.${claims}`, signature)) return null;
  const { typ: found } = decode(header) as { readonly typ?: unknown };
  return found === typ ? decode(claims) : null;
}

function decode(part: string): unknown {
  return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
}

/** The JSON Web Key Set (RFC 7517). */
export function getPublicKeys({ assertions: { publicKeys } }: Signer): object {
  return {
    keys: publicKeys.map((x) => ({
      kty: "OKP",
      crv: "Ed25519",
      use: "sig",
      alg: "EdDSA",
      kid: getKeyId(x),
      x,
    })),
  };
}

/** The JWK thumbprint (RFC 7638). */
function getKeyId(x: string): string {
  return createHash("sha256")
    .update(JSON.stringify({ crv: "Ed25519", kty: "OKP", x }))
    .digest("base64url");
}
