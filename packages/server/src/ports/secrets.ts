import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  randomBytes,
  scryptSync,
  sign as signWith,
  timingSafeEqual,
} from "node:crypto";

/** Random tokens, and the derivations that need the installation's secret key. */
export interface Secrets {
  /** 256 random bits, base64url. */
  readonly token: () => string;
  /** HMAC-SHA-256 under a key derived from the secret key for `purpose`, base64url. One purpose, one key. */
  readonly sign: (purpose: string, message: string) => string;
  /** A key pair of the installation's, for what others have to be able to check. */
  readonly assertions: {
    /** Ed25519, base64url. */
    readonly sign: (message: string) => string;
    /** The public key as a JWK's `x`. */
    readonly publicKey: string;
  };
}

/** SHA-256 in hex: the form in which tokens are kept. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token, "utf8").digest("hex");
}

/**
 * 32 hex digits by which two holders of a secret key know that theirs is the same. Slow to make (scrypt), so that a key which
 * somebody thought up isn't found by trying.
 */
export function fingerprintOf(secretKey: string): string {
  return scryptSync(secretKey, "gatehouse:fingerprint", 16).toString("hex");
}

/** Compares two texts in time that depends on their length alone. */
export function equalInConstantTime(a: string, b: string): boolean {
  const left = createHash("sha256").update(a, "utf8").digest();
  const right = createHash("sha256").update(b, "utf8").digest();
  return timingSafeEqual(left, right);
}

/** Secrets from the machine's random source and `secretKey` (at least 32 characters). */
export function createSecrets(secretKey: string): Secrets {
  const keyFor = (purpose: string): Buffer =>
    createHmac("sha256", secretKey).update(`gatehouse:${purpose}`).digest();
  // PKCS #8's frame around the 32 bytes of an Ed25519 key.
  const frame = Buffer.from("302e020100300506032b657004220420", "hex");
  const privateKey = createPrivateKey({
    key: Buffer.concat([frame, keyFor("assertions")]),
    format: "der",
    type: "pkcs8",
  });
  return {
    assertions: {
      sign: (message) => signWith(null, Buffer.from(message, "utf8"), privateKey).toString("base64url"),
      publicKey: createPublicKey(privateKey).export({ format: "jwk" }).x ?? "",
    },
    token: () => randomBytes(32).toString("base64url"),
    sign: (purpose, message) =>
      createHmac("sha256", keyFor(purpose)).update(message, "utf8").digest("base64url"),
  };
}
