/**
 * Verifies passwords with hashes of other systems. All algorithms run in worker threads.
 *
 * A wrong password does the same work for every address, so that nobody learns from the time of a response, or from the load of the
 * machine, that an account was imported and exists: of each kind of hash that is stored, it does as much as the costliest one.
 * An account without such a hash, and an address without an account, verify the stored hashes of others for it.
 */
import { createCipheriv, pbkdf2, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { verify as verifyArgon2 } from "@node-rs/argon2";
import { verify as verifyBcrypt } from "@node-rs/bcrypt";
import type { ForeignHash, ScryptCost } from "./parse-hash.ts";

const deriveScrypt = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);
const derivePbkdf2 = promisify(pbkdf2);

/** Compares one form of a password with one hash. */
export type MatchForeignHash = (hash: ForeignHash, password: string) => Promise<boolean>;

/** A hash to compare. Only that of the account counts; the others are work. */
interface Comparison {
  readonly hash: ForeignHash;
  readonly isOwn: boolean;
}

/**
 * Whether the password matches the account's hash. Unless it does, the work depends on the `stored` hashes and the password alone.
 * Systems differ in the Unicode form that they hash, so each form counts.
 */
export async function verifyForeignHash(
  own: ForeignHash | null,
  password: string,
  stored: readonly ForeignHash[],
  match: MatchForeignHash,
): Promise<boolean> {
  const comparisons = planComparisons(own, stored);
  for (const form of new Set([password.normalize("NFC"), password, password.normalize("NFKC")]))
    for (const { hash, isOwn } of comparisons) {
      const isMatch = await match(hash, form);
      if (isMatch && isOwn) return true;
    }
  return false;
}

/** The costliest stored hash of each kind; in place of one of the account's kind, its own and what is cheaper about it. */
function planComparisons(own: ForeignHash | null, stored: readonly ForeignHash[]): readonly Comparison[] {
  const costliest = new Map<string, ForeignHash>();
  for (const hash of own === null ? stored : [...stored, own]) {
    const known = costliest.get(getKind(hash));
    if (known === undefined || getAmount(hash) > getAmount(known)) costliest.set(getKind(hash), hash);
  }
  return [...costliest].flatMap(([kind, hash]) =>
    own === null || getKind(own) !== kind
      ? [{ hash, isOwn: false }]
      : [
          { hash: own, isOwn: true },
          ...listMissing(own, getAmount(hash)).map((missing) => ({ hash: missing, isOwn: false })),
        ],
  );
}

/** Hashes of one kind differ only in the amount of the same work. */
function getKind(hash: ForeignHash): string {
  switch (hash.is) {
    case "argon2":
      return hash.text.split("$", 4).join("$");
    case "bcrypt":
      return hash.is;
    case "scrypt":
    case "firebase-scrypt":
      return `${hash.is} ${hash.cost.N} ${hash.cost.r} ${hash.cost.p} ${hash.hash.length}`;
    case "pbkdf2":
      return `${hash.is} ${hash.digest} ${hash.hash.length}`;
  }
}

/** Bcrypt doubles its work with each cost. */
function getAmount(hash: ForeignHash): number {
  if (hash.is === "bcrypt") return 2 ** hash.cost;
  return hash.is === "pbkdf2" ? hash.iterations : 1;
}

/** Together with the hash, as much work as `amount`. Of bcrypt, the costs c, c + 1, … n - 1 and c again are as much as n. */
function listMissing(hash: ForeignHash, amount: number): readonly ForeignHash[] {
  const missing = amount - getAmount(hash);
  if (missing === 0) return [];
  if (hash.is === "pbkdf2") return [{ ...hash, iterations: missing }];
  if (hash.is !== "bcrypt") return [];
  return Array.from({ length: Math.log2(amount) - hash.cost }, (_, index) => {
    const cost = hash.cost + index;
    const text = `${hash.text.slice(0, 4)}${String(cost).padStart(2, "0")}${hash.text.slice(6)}`;
    return { ...hash, cost, text };
  });
}

/** Whether this form of the password has the hash. */
export async function matchForeignHash(hash: ForeignHash, password: string): Promise<boolean> {
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
