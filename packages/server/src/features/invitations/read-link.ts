import type { Deps } from "../../deps.ts";
import type { Caller } from "../../http/actor.ts";
import { countTry } from "../sessions/index.ts";
import { unknownLink } from "./refusals.ts";
import { readToken, type TokenSubject } from "./rules.ts";

/** How many links that nobody made a network may try in a quarter of an hour. */
const mostGuesses = 30;

/**
 * What a link's token names. Only guesses are counted: a genuine link always works, however many people of the same
 * office mistyped theirs.
 * @throws Refusal not-found, throttled
 */
export async function readLink(
  deps: Pick<Deps, "db" | "clock" | "secrets">,
  token: string,
  { network }: Caller,
): Promise<TokenSubject> {
  const subject = readToken(deps.secrets, token);
  if (subject !== null) return subject;
  if (network !== null)
    await countTry(deps, [{ name: `invitation link network ${network}`, limit: mostGuesses }]);
  throw unknownLink();
}
