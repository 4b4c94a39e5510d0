/** An authenticator app, written independently of the server's. */
import { createHmac } from "node:crypto";

const stepMs = 30_000;
/** A step is accepted until the next one has ended. The code must still arrive from a slow page. */
const leftMs = 20_000;
const lastSteps = new Map<string, number>();

/**
 * A code of the app with this base32 secret, as it is shown, that is accepted for a while, each code once. Two in a row need no
 * waiting.
 */
export function nextCode(shown: string): string {
  const secret = shown.replaceAll(/\s/g, "");
  const earliest = Math.ceil((Date.now() + leftMs) / stepMs) - 2;
  const step = Math.max(earliest, (lastSteps.get(secret) ?? 0) + 1);
  lastSteps.set(secret, step);
  return computeCode(secret, step);
}

function computeCode(secret: string, step: number): string {
  let key = 0n;
  for (const char of secret) key = key * 32n + BigInt("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(char));
  const bytes = Buffer.from(key.toString(16).padStart((secret.length * 5) / 4, "0"), "hex");
  const counter = Buffer.alloc(8);
  counter.writeUInt32BE(step, 4);
  const hash = createHmac("sha1", bytes).update(counter).digest();
  const at = hash.readUInt8(hash.length - 1) % 16;
  return String((hash.readUInt32BE(at) % 2 ** 31) % 1_000_000).padStart(6, "0");
}
