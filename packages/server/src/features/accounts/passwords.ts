/** Password hashing outside the event loop, in bounded queues. */
import { availableParallelism } from "node:os";
import { hash, verify } from "@node-rs/argon2";
import { ApiError } from "../../errors/api-error.ts";
import { currentCost, isCurrentHash, parseForeignHash } from "./password-hashes/parse-hash.ts";
import { verifyForeignHash } from "./password-hashes/verify-foreign-hash.ts";

/** Hashes and verifies passwords. */
export interface Passwords {
  /**
   * argon2id as a PHC string.
   * @throws ApiError busy when the queue is full
   */
  readonly hash: (password: string, options?: HashingOptions) => Promise<string>;
  /**
   * Whether the password matches the hash, also one of another system. Without a hash it takes the same time as with one of ours,
   * and returns false.
   */
  readonly verify: (
    passwordHash: string | null,
    password: string,
    options?: HashingOptions,
  ) => Promise<boolean>;
}

/** Which queue a call waits in. */
interface HashingOptions {
  /** Known devices have a separate queue, which unknown clients can't fill. The queues take turns. */
  readonly isKnownDevice: boolean;
}

/** The hash of a random, discarded password with the same parameters; verified when there is no account. */
const dummyHash =
  "$argon2id$v=19$m=19456,t=2,p=1$uEpp1GTXAEjxtn0GwxTn8Q$rnhcqez7LIb/HA+hUarWiSihDL9xbImsVUZP2SgeYQs";

/** Passwords hashed at the same time. Leaves one core for other requests. */
const defaultConcurrency = Math.max(1, availableParallelism() - 1);

/** Hashes at most `concurrency` passwords at a time, with up to `maxQueued` more in each queue. */
export function createPasswords(
  concurrency: number = defaultConcurrency,
  maxQueued = 64,
  argon2: { readonly hash: typeof hash; readonly verify: typeof verify } = { hash, verify },
): Passwords {
  const enqueue = createQueue(concurrency, maxQueued);
  return {
    hash: (password, options) => enqueue(() => argon2.hash(normalise(password), currentCost), options),
    verify: (passwordHash, password, options) =>
      enqueue(async () => {
        if (passwordHash !== null && !isCurrentHash(passwordHash)) {
          const foreign = parseForeignHash(passwordHash);
          const isRight = foreign !== null && (await verifyForeignHash(foreign, password));
          if (isRight) return true;
        }
        const isOurs = passwordHash !== null && isCurrentHash(passwordHash);
        const isRight = await argon2.verify(isOurs ? passwordHash : dummyHash, normalise(password));
        return isRight && isOurs;
      }, options),
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
