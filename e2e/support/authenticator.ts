/** An authenticator app, written independently of the server's. */
import { createHmac } from "node:crypto";

/** The code that an app with this base32 secret shows now, or `steps` of 30 seconds later. */
export function showCode(secret: string, steps = 0): string {
  let key = 0n;
  for (const char of secret) key = key * 32n + BigInt("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(char));
  const bytes = Buffer.from(key.toString(16).padStart((secret.length * 5) / 4, "0"), "hex");
  const counter = Buffer.alloc(8);
  counter.writeUInt32BE(Math.floor(Date.now() / 30_000) + steps, 4);
  const hash = createHmac("sha1", bytes).update(counter).digest();
  const at = hash.readUInt8(hash.length - 1) % 16;
  return String((hash.readUInt32BE(at) % 2 ** 31) % 1_000_000).padStart(6, "0");
}
