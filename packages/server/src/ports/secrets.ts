import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** Random tokens, and the derivations that need the installation's secret key. */
export interface Secrets {
  /** 256 random bits, base64url. */
  readonly token: () => string;
  /** HMAC-SHA-256 under a key derived from the secret key for `purpose`, base64url. One purpose, one key. */
  readonly sign: (purpose: string, message: string) => string;
}

/** SHA-256 in hex: the form in which tokens are kept. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token, "utf8").digest("hex");
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
  return {
    token: () => randomBytes(32).toString("base64url"),
    sign: (purpose, message) =>
      createHmac("sha256", keyFor(purpose)).update(message, "utf8").digest("base64url"),
  };
}
