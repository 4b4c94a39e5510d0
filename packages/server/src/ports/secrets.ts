import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  randomBytes,
  scryptSync,
  sign as signWith,
  timingSafeEqual,
  verify as verifyWith,
} from "node:crypto";

/** Random tokens, and the derivations that need the installation's secret key. */
export interface Secrets {
  /** 256 random bits, base64url. */
  readonly token: () => string;
  /** HMAC-SHA-256 under a key derived from the secret key for `purpose`, base64url. One purpose, one key. */
  readonly sign: (purpose: string, message: string) => string;
  /** Whether `sign` returned the signature, with this secret key or the previous one. */
  readonly verify: (purpose: string, message: string, signature: string) => boolean;
  /** What `sign` returns and what it returned with the previous secret key: to find what is stored by its signature. */
  readonly listSignatures: (purpose: string, message: string) => readonly string[];
  /** AES-256-GCM under a key derived for `purpose`, base64url. Decrypts only for the same `owner`. */
  readonly encrypt: (purpose: string, text: string, owner: string) => string;
  /** The encrypted text; null if it was encrypted for something else or under a third secret key, or was changed. */
  readonly decrypt: (purpose: string, encrypted: string, owner: string) => string | null;
  /** The installation's key pair, for signatures that others verify. */
  readonly assertions: {
    /** Ed25519, base64url. */
    readonly sign: (message: string) => string;
    /** Whether `sign` returned `signature`, with this secret key or the previous one. */
    readonly verify: (message: string, signature: string) => boolean;
    /** The public key as a JWK's `x`. */
    readonly publicKey: string;
    /** The same and that of the previous secret key. */
    readonly publicKeys: readonly string[];
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

/**
 * Secrets from the system's random source and `secretKey` (at least 32 characters). What was made with `previousKey` stays
 * valid; nothing is made with it.
 */
export function createSecrets(secretKey: string, previousKey: string | null = null): Secrets {
  const current = createKey(secretKey);
  const keys = previousKey === null ? [current] : [current, createKey(previousKey)];
  return {
    assertions: {
      sign: (message) =>
        signWith(null, Buffer.from(message, "utf8"), current.privateKey).toString("base64url"),
      verify: (message, signature) =>
        keys.some(({ publicKey }) =>
          verifyWith(null, Buffer.from(message, "utf8"), publicKey, Buffer.from(signature, "base64url")),
        ),
      publicKey: current.publicJwk,
      publicKeys: keys.map(({ publicJwk }) => publicJwk),
    },
    token: () => randomBytes(32).toString("base64url"),
    sign: current.sign,
    verify: (purpose, message, signature) =>
      keys.some(({ sign }) => equalInConstantTime(sign(purpose, message), signature)),
    listSignatures: (purpose, message) => keys.map(({ sign }) => sign(purpose, message)),
    encrypt: (purpose, text, owner) => encryptWith(current.derive(`encrypt ${purpose}`), text, owner),
    decrypt: (purpose, encrypted, owner) => {
      for (const { derive } of keys) {
        const text = decryptWith(derive(`encrypt ${purpose}`), encrypted, owner);
        if (text !== null) return text;
      }
      return null;
    },
  };
}

/** What is derived from one secret key. */
function createKey(secretKey: string) {
  const derive = (purpose: string): Buffer =>
    createHmac("sha256", secretKey).update(`gatehouse:${purpose}`).digest();
  // PKCS #8 prefix of a 32-byte Ed25519 key.
  const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");
  const privateKey = createPrivateKey({
    key: Buffer.concat([pkcs8Prefix, derive("assertions")]),
    format: "der",
    type: "pkcs8",
  });
  const publicKey = createPublicKey(privateKey);
  return {
    derive,
    sign: (purpose: string, message: string) =>
      createHmac("sha256", derive(purpose)).update(message, "utf8").digest("base64url"),
    privateKey,
    publicKey,
    publicJwk: publicKey.export({ format: "jwk" }).x ?? "",
  };
}

const ivBytes = 12;
const tagBytes = 16;

/** Initialization vector, tag and ciphertext. */
function encryptWith(key: Buffer, text: string, owner: string): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv("aes-256-gcm", key, iv, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(owner, "utf8"));
  const encrypted = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), encrypted]).toString("base64url");
}

function decryptWith(key: Buffer, encrypted: string, owner: string): string | null {
  const bytes = Buffer.from(encrypted, "base64url");
  const [iv, tag] = [bytes.subarray(0, ivBytes), bytes.subarray(ivBytes, ivBytes + tagBytes)];
  if (tag.length < tagBytes) return null;
  const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(owner, "utf8"));
  decipher.setAuthTag(tag);
  try {
    const text = Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]);
    return text.toString("utf8");
  } catch {
    return null; // the tag doesn't match
  }
}
