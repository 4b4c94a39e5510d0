/** Verifies passwords with hashes of other systems. All algorithms run in worker threads. */
import { createCipheriv, pbkdf2, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { verify as verifyArgon2 } from "@node-rs/argon2";
import { verify as verifyBcrypt } from "@node-rs/bcrypt";
import type { ForeignHash, ScryptCost } from "./parse-hash.ts";

const deriveScrypt = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);
const derivePbkdf2 = promisify(pbkdf2);

/** Whether the password matches. Systems differ in the Unicode form that they hash, so each form counts. */
export async function verifyForeignHash(hash: ForeignHash, password: string): Promise<boolean> {
  for (const form of new Set([password.normalize("NFC"), password, password.normalize("NFKC")]))
    if (await matches(hash, form)) return true;
  return false;
}

async function matches(hash: ForeignHash, password: string): Promise<boolean> {
  switch (hash.is) {
    case "argon2":
      return verifyArgon2(hash.text, password);
    case "bcrypt":
      return verifyBcrypt(password, hash.text);
    case "scrypt":
      return isEqual(await derive(password, hash.salt, hash.hash.length, hash.cost), hash.hash);
    case "firebase-scrypt": {
      // The derived key encrypts the project's signer key: that is the hash.
      const key = await derive(password, Buffer.concat([hash.salt, hash.separator]), 32, hash.cost);
      return isEqual(createCipheriv("aes-256-ctr", key, Buffer.alloc(16)).update(hash.signerKey), hash.hash);
    }
    case "pbkdf2": {
      const { salt, iterations, digest } = hash;
      return isEqual(await derivePbkdf2(password, salt, iterations, hash.hash.length, digest), hash.hash);
    }
  }
}

function derive(password: string, salt: Buffer, length: number, cost: ScryptCost): Promise<Buffer> {
  return deriveScrypt(password, salt, length, { ...cost, maxmem: 128 * cost.N * cost.r + 1024 * 1024 });
}

function isEqual(first: Buffer, second: Buffer): boolean {
  return first.length === second.length && timingSafeEqual(first, second);
}
