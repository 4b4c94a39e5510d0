/** Which passwords are taken: long ones that nobody would try first (NIST SP 800-63B rev 4, no composition rules). */
import { foldText } from "@gatehouse/sdk/contract";
import { Refusal } from "../../http/refusal.ts";
import { commonWords, keyboardRuns } from "./common-passwords.ts";

const shortest = 12;

/** The password and what an attacker would know of the person. */
export interface PasswordChoice {
  readonly password: string;
  readonly name: string;
  readonly email: string;
  readonly organization: string | null;
}

/**
 * Refuses a password that is too short or easy to guess.
 * @throws Refusal passwords/too-short, passwords/too-common
 */
export function checkPassword(choice: PasswordChoice): void {
  const length = [...choice.password.normalize("NFC")].length;
  if (length < shortest)
    throw refuse(
      "passwords/too-short",
      `Use at least ${shortest} characters; a sentence works well. This has ${length}.`,
      {
        shortest,
        length,
      },
    );
  if (isCommon(choice.password) || isPersonal(choice))
    throw refuse(
      "passwords/too-common",
      "This password is among the first that somebody would try. Use a sentence or some words of your own.",
    );
}

function refuse(
  code: "passwords/too-short" | "passwords/too-common",
  detail: string,
  params: Record<string, number> = {},
): Refusal {
  return new Refusal(code, { detail, errors: [{ path: "password", code, detail }], params });
}

/** A word from the list dressed up with digits and signs, a repetition, or a walk over the keyboard. */
function isCommon(password: string): boolean {
  const folded = foldText(password);
  if (new Set(folded).size < 5) return true;
  const squeezed = folded.replaceAll(/[\s._-]+/g, "");
  return isRepeated(squeezed) || isRun(squeezed) || isDressedUp(folded, commonWords);
}

function isRepeated(text: string): boolean {
  for (let unit = 1; unit <= Math.min(8, text.length / 2); unit += 1) {
    const repeated = text
      .slice(0, unit)
      .repeat(Math.ceil(text.length / unit))
      .slice(0, text.length);
    if (repeated === text) return true;
  }
  return false;
}

/** Nothing but neighbours: abcdef, 123456, qwerty, forwards or backwards, one run after the other. */
function isRun(text: string): boolean {
  let rest = text;
  while (rest.length > 0) {
    const run = longestRun(rest);
    if (run < 3) return false;
    rest = rest.slice(run);
  }
  return true;
}

function longestRun(text: string): number {
  let length = Math.min(text.length, 26);
  while (length >= 3 && !keyboardRuns.some((run) => run.includes(text.slice(0, length)))) length -= 1;
  return length;
}

/** One's own name, address or organization with a little around it. */
function isPersonal({ password, name, email, organization }: PasswordChoice): boolean {
  const known = [name, email.split("@")[0] ?? "", organization ?? ""];
  const words = known
    .flatMap((text) => foldText(text).split(/[^\p{L}\p{N}]+/u))
    .filter((word) => word.length >= 3);
  return isDressedUp(foldText(password), words);
}

/** Whether fewer than three letters are left once the words are taken out, also when letters are written as digits. */
function isDressedUp(folded: string, words: readonly string[]): boolean {
  const longestFirst = words.toSorted((one, other) => other.length - one.length);
  return [folded, undisguise(folded)].some((text) => {
    const rest = longestFirst.reduce((left, word) => left.replaceAll(word, " "), text);
    return rest !== text && (rest.match(/\p{L}/gu)?.length ?? 0) < 3;
  });
}

const disguises: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "8": "b",
  "@": "a",
  $: "s",
  "!": "i",
};

function undisguise(text: string): string {
  return text.replaceAll(/[0134578@$!]/g, (sign) => disguises[sign] ?? sign);
}
