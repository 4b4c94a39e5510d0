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
  /** The installation's key pair, for signatures that others verify. */
  readonly assertions: {
    /** Ed25519, base64url. */
    readonly sign: (message: string) => string;
    /** The public key as a JWK's `x`. */
    readonly publicKey: string;
  };
}

/** SHA-256 in hex: the form in which tokens are stored. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token, "utf8").digest("hex");
}

/**
 * 32 hex digits to compare two secret keys without revealing them. Slow to compute (scrypt), so that a guessable key
 * can't be found by brute force.
 */
export function computeFingerprint(secretKey: string): string {
  return scryptSync(secretKey, "gatehouse:fingerprint", 16).toString("hex");
}

/** Compares two texts in time that depends on their length alone. */
export function equalInConstantTime(a: string, b: string): boolean {
  const left = createHash("sha256").update(a, "utf8").digest();
  const right = createHash("sha256").update(b, "utf8").digest();
  return timingSafeEqual(left, right);
}

/** Secrets from the system's random source and `secretKey` (at least 32 characters). */
export function createSecrets(secretKey: string): Secrets {
  const deriveKey = (purpose: string): Buffer =>
    createHmac("sha256", secretKey).update(`gatehouse:${purpose}`).digest();
  // PKCS #8 prefix of a 32-byte Ed25519 key.
  const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");
  const privateKey = createPrivateKey({
    key: Buffer.concat([pkcs8Prefix, deriveKey("assertions")]),
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
      createHmac("sha256", deriveKey(purpose)).update(message, "utf8").digest("base64url"),
  };
}
