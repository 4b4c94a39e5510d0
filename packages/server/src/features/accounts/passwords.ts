/** Password hashing outside the event loop, in bounded queues. */
import { availableParallelism } from "node:os";
import { hash, verify } from "@node-rs/argon2";
import { ApiError } from "../../errors/api-error.ts";
import { currentCost, isCurrentHash, parseForeignHash } from "./password-hashes/parse-hash.ts";
import {
  type MatchForeignHash,
  matchForeignHash,
  verifyForeignHash,
} from "./password-hashes/verify-foreign-hash.ts";

/** Hashes and verifies passwords. */
export interface Passwords {
  /**
   * argon2id as a PHC string.
   * @throws ApiError busy when the queue is full
   */
  readonly hash: (password: string, options?: HashingOptions) => Promise<string>;
  /**
   * Whether the password matches a hash of ours. With one of another system, or without a hash, it takes the same time and returns
   * false.
   * @throws ApiError busy when the queue is full
   */
  readonly verify: (
    passwordHash: string | null,
    password: string,
    options?: HashingOptions,
  ) => Promise<boolean>;
  /**
   * Whether the password matches a hash of another system. With one of ours, or without a hash, it does the same work and returns false:
   * that of the hashes in `sameWorkAs`. Has a separate queue, so that no other sign-in waits for this work.
   * @throws ApiError busy when that queue is full
   */
  readonly verifyForeign: (
    passwordHash: string | null,
    password: string,
    options: HashingOptions & { readonly sameWorkAs: readonly string[] },
  ) => Promise<boolean>;
}

/** Which queue a call waits in. */
interface HashingOptions {
  /** Known devices have a separate queue, which unknown clients can't fill. The queues take turns. */
  readonly isKnownDevice: boolean;
}

/** What does the work; a test counts it. */
interface Algorithms {
  readonly hash: typeof hash;
  readonly verify: typeof verify;
  readonly matchForeign: MatchForeignHash;
}

/** The hash of a random, discarded password with the same parameters; verified when there is no account. */
const dummyHash =
  "$argon2id$v=19$m=19456,t=2,p=1$uEpp1GTXAEjxtn0GwxTn8Q$rnhcqez7LIb/HA+hUarWiSihDL9xbImsVUZP2SgeYQs";

/** Passwords hashed at the same time. Leaves one core for other requests. */
const defaultConcurrency = Math.max(1, availableParallelism() - 1);

/**
 * Hashes at most `concurrency` passwords at a time, with up to `maxQueued` more in each queue. Half as many hashes of other systems
 * are verified at the same time, at least one.
 */
export function createPasswords(
  concurrency: number = defaultConcurrency,
  maxQueued = 64,
  algorithms: Partial<Algorithms> = {},
): Passwords {
  const argon2 = { hash, verify, ...algorithms };
  const { matchForeign = matchForeignHash } = algorithms;
  const enqueue = createQueue(concurrency, maxQueued);
  const enqueueForeign = createQueue(Math.max(1, Math.floor(concurrency / 2)), maxQueued);
  return {
    hash: (password, options) => enqueue(() => argon2.hash(normalise(password), currentCost), options),
    verify: (passwordHash, password, options) =>
      enqueue(async () => {
        const isOurs = passwordHash !== null && isCurrentHash(passwordHash);
        const isRight = await argon2.verify(isOurs ? passwordHash : dummyHash, normalise(password));
        return isRight && isOurs;
      }, options),
    verifyForeign: async (passwordHash, password, { sameWorkAs, ...options }) => {
      const own =
        passwordHash === null || isCurrentHash(passwordHash) ? null : parseForeignHash(passwordHash);
      const stored = sameWorkAs.map(parseForeignHash).filter((parsed) => parsed !== null);
      if (own === null && stored.length === 0) return false;
      return enqueueForeign(() => verifyForeignHash(own, password, stored, matchForeign), options);
    },
  };
}

/** Makes a password independent of the Unicode form that a keyboard produces. */
function normalise(password: string): string {
  return password.normalize("NFC");
}

function createQueue(concurrency: number, maxQueued: number) {
  let active = 0;
  let isKnownNext = true;
  const [knownDevices, others]: [(() => void)[], (() => void)[]] = [[], []];
  return async <T>(
    task: () => Promise<T>,
    options: HashingOptions = { isKnownDevice: false },
  ): Promise<T> => {
    const queue = options.isKnownDevice ? knownDevices : others;
    if (active >= concurrency) {
      if (queue.length >= maxQueued)
        throw new ApiError("busy", {
          detail: "Many people are signing in at this moment. Try again in a second.",
          retryAfter: 1,
        });
      await new Promise<void>((resolve) => queue.push(resolve));
    } else active += 1;
    try {
      return await task();
    } finally {
      const next = isKnownNext
        ? (knownDevices.shift() ?? others.shift())
        : (others.shift() ?? knownDevices.shift());
      isKnownNext = !isKnownNext;
      if (next === undefined) active -= 1;
      else next();
    }
  };
}
