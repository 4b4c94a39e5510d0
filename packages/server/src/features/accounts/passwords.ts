/** Password hashing off the event loop, in a queue that can't grow without bound. */
import { availableParallelism } from "node:os";
import { hash, verify } from "@node-rs/argon2";
import { Refusal } from "../../http/refusal.ts";

/** Makes and checks password hashes. */
export interface Passwords {
  /** argon2id as a PHC string. Throws Refusal `busy` when too many are waiting. */
  readonly hash: (password: string, turn?: Turn) => Promise<string>;
  /** Whether the password belongs to the hash. Without a hash it takes the same time and answers no. */
  readonly verify: (passwordHash: string | null, password: string, turn?: Turn) => Promise<boolean>;
}

/** Whose turn it is. */
interface Turn {
  /** People in a browser that their account knows wait in a second line, which strangers can't fill. The lines take turns. */
  readonly isKnown: boolean;
}

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Of a random password that was thrown away, at the same cost: what is compared where there is no account. */
const nobody =
  "$argon2id$v=19$m=19456,t=2,p=1$uEpp1GTXAEjxtn0GwxTn8Q$rnhcqez7LIb/HA+hUarWiSihDL9xbImsVUZP2SgeYQs";

/** How many passwords are worked on at once. A core stays free for everybody who is signed in already. */
const mostRunning = Math.max(1, availableParallelism() - 1);

/** Passwords at most `running` at a time, with `waiting` more in each line. */
export function createPasswords(
  running: number = mostRunning,
  waiting = 64,
  work: { readonly hash: typeof hash; readonly verify: typeof verify } = { hash, verify },
): Passwords {
  const inTurn = createQueue(running, waiting);
  return {
    hash: (password, turn) => inTurn(() => work.hash(normalise(password), cost), turn),
    verify: (passwordHash, password, turn) =>
      inTurn(async () => {
        const isRight = await work.verify(passwordHash ?? nobody, normalise(password));
        return isRight && passwordHash !== null;
      }, turn),
  };
}

/** The same characters typed on different keyboards are the same password. */
function normalise(password: string): string {
  return password.normalize("NFC");
}

function createQueue(running: number, waiting: number) {
  let active = 0;
  let isTurnOfKnown = true;
  const [known, others]: [(() => void)[], (() => void)[]] = [[], []];
  return async <T>(work: () => Promise<T>, turn: Turn = { isKnown: false }): Promise<T> => {
    const line = turn.isKnown ? known : others;
    if (active >= running) {
      if (line.length >= waiting)
        throw new Refusal("busy", {
          detail: "Many people are signing in at this moment. Try again in a second.",
          retryAfter: 1,
        });
      await new Promise<void>((resolve) => line.push(resolve));
    } else active += 1;
    try {
      return await work();
    } finally {
      const next = isTurnOfKnown ? (known.shift() ?? others.shift()) : (others.shift() ?? known.shift());
      isTurnOfKnown = !isTurnOfKnown;
      if (next === undefined) active -= 1;
      else next();
    }
  };
}
