/** Which passwords are taken: long ones that nobody would try first (NIST SP 800-63B rev 4, no composition rules). */
import { foldEmail, foldText } from "@gatehouse/sdk/contract";
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
 * Refuses a password that is too short or easy to guess; `path` is where the request has it.
 * @throws Refusal passwords/too-short, passwords/too-common
 */
export function checkPassword(choice: PasswordChoice, path = "password"): void {
  const length = [...choice.password.normalize("NFC")].length;
  if (length < shortest) {
    const detail = `Use at least ${shortest} characters; a sentence works well. This has ${length}.`;
    throw refuse("passwords/too-short", { path, detail, params: { shortest, length } });
  }
  if (isGuessable(choice))
    throw refuse("passwords/too-common", {
      path,
      detail:
        "This password is among the first that somebody would try. Use a sentence or some words of your own.",
    });
}

function refuse(
  code: "passwords/too-short" | "passwords/too-common",
  {
    path,
    detail,
    params = {},
  }: { readonly path: string; readonly detail: string; readonly params?: Record<string, number> },
): Refusal {
  return new Refusal(code, { detail, errors: [{ path, code, detail }], params });
}

/** Known words dressed up with digits and signs, a repetition, or a walk over the keyboard. */
function isGuessable({ password, name, email, organization }: PasswordChoice): boolean {
  const folded = foldText(password);
  if (new Set(folded).size < 5) return true;
  const squeezed = folded.replaceAll(/[\s._-]+/g, "");
  const personal = `${foldText(`${name} ${organization ?? ""}`)} ${foldEmail(email)}`.split(
    /[^\p{L}\p{N}]+/u,
  );
  const words = [...personal.filter((word) => word.length >= 3), ...commonWords];
  return isRepeated(squeezed) || isRun(squeezed) || isDressedUp(folded, words);
}

function isRepeated(text: string): boolean {
  for (let unit = 1; unit <= text.length / 2; unit += 1) {
    const repeated = text
      .slice(0, unit)
      .repeat(Math.ceil(text.length / unit))
      .slice(0, text.length);
    if (repeated === text) return true;
  }
  return false;
}

/** Neighbours and next to nothing else: abcdef, 123456, qwerty, forwards or backwards, one run after the other. */
function isRun(text: string): boolean {
  let rest = text;
  while (rest.length > 2) {
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

/** Whether fewer than three letters are left once the words are taken out, also when letters are written as digits. */
function isDressedUp(folded: string, words: readonly string[]): boolean {
  const longestFirst = words.toSorted((one, other) => other.length - one.length);
  const core = folded.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, "");
  return [folded, undisguise(folded), undisguise(core)].some((text) => {
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
