/** Time-based one-time passwords (RFC 6238) as authenticator apps compute them: SHA-1, six digits, 30 seconds. */
import { createHmac, randomBytes } from "node:crypto";
import { equalInConstantTime } from "../../ports/secrets.ts";

const stepMs = 30_000;
const digits = 6;
/** RFC 4648. */
const base32Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** A new secret: 160 random bits in base32, the length that RFC 4226 recommends. */
export function createTotpSecret(): string {
  const bits = [...randomBytes(20)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{5}/g) ?? []).map((five) => base32Alphabet[Number.parseInt(five, 2)]).join("");
}

/** The address that an authenticator app reads from a QR code. */
export function createTotpUri(secret: string, email: string): string {
  const label = `Gatehouse:${encodeURIComponent(email)}`;
  return `otpauth://totp/${label}?secret=${secret}&issuer=Gatehouse&algorithm=SHA1&digits=${digits}&period=${stepMs / 1000}`;
}

/** The time step of an instant. */
export function getTotpStep(at: Date): number {
  return Math.floor(at.getTime() / stepMs);
}

/** The code of a time step. */
export function computeTotpCode(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac("sha1", decodeBase32(secret)).update(counter).digest();
  const offset = (hash.at(-1) ?? 0) & 0xf;
  const number = hash.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, "0");
}

/**
 * The time step that a code belongs to: the current one, or the one before or after it, because clocks differ. Null for a
 * wrong code. Spaces don't matter.
 */
export function findTotpStep(secret: string, typed: string, at: Date): number | null {
  const code = typed.replaceAll(/\s/g, "");
  const now = getTotpStep(at);
  // All three are compared, so that the duration doesn't tell which one it was.
  const matches = [now, now + 1, now - 1].filter((step) =>
    equalInConstantTime(computeTotpCode(secret, step), code),
  );
  return matches[0] ?? null;
}

function decodeBase32(text: string): Buffer {
  const bits = [...text].map((char) => base32Alphabet.indexOf(char).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
