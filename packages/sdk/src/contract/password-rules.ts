/** What a password must not be: too short, a repetition, a keyboard sequence, known words or personal data (NIST SP 800-63B rev 4, no composition rules). */
import { foldEmail } from "./email.ts";
import { foldText } from "./fold.ts";

/** The minimum length of a password, in Unicode code points after NFC. */
export const minPasswordLength = 12;

/** Personal data that somebody who guesses may know. */
export interface PasswordOwner {
  readonly name: string;
  readonly email: string;
  /** The names of the organizations. */
  readonly organization: string | null;
}

/** Why a password can't be chosen. `length` is what it has. */
export type PasswordFault =
  | { readonly is: "too-short"; readonly length: number }
  | { readonly is: "personal" }
  | { readonly is: "common" };

/**
 * The first fault of a new password, or null. The server also compares with the most common passwords, a list that is too long
 * for browsers.
 */
export function findPasswordFault(password: string, owner: PasswordOwner): PasswordFault | null {
  const length = Array.from(password.normalize("NFC")).length;
  if (length < minPasswordLength) return { is: "too-short", length };
  const folded = foldText(password);
  const compact = folded.replaceAll(/[\s._-]+/g, "");
  if (new Set(folded).size < 5 || isRepeated(compact) || isKeyboardSequence(compact)) return { is: "common" };
  if (isDisguisedWord(folded, commonWords)) return { is: "common" };
  return isDisguisedWord(folded, [...listPersonalWords(owner), ...commonWords]) ? { is: "personal" } : null;
}

/** Words of names and addresses, folded. */
function listPersonalWords({ name, email, organization }: PasswordOwner): readonly string[] {
  return `${foldText(`${name} ${organization ?? ""}`)} ${foldEmail(email)}`
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length >= 3);
}

/** Whether a text is one part, written again and again. */
export function isRepeated(text: string): boolean {
  for (let unit = 1; unit <= text.length / 2; unit += 1) {
    const repeated = text
      .slice(0, unit)
      .repeat(Math.ceil(text.length / unit))
      .slice(0, text.length);
    if (repeated === text) return true;
  }
  return false;
}

/** Consists of sequences like abcdef, 123456 or qwerty, forwards or backwards, and at most two more characters. */
function isKeyboardSequence(text: string): boolean {
  let rest = text;
  while (rest.length > 2) {
    const length = measureSequence(rest);
    if (length < 3) return false;
    rest = rest.slice(length);
  }
  return true;
}

function measureSequence(text: string): number {
  let length = Math.min(text.length, 26);
  while (length >= 3 && !keyboardSequences.some((sequence) => sequence.includes(text.slice(0, length))))
    length -= 1;
  return length;
}

/** Whether fewer than three letters remain after removing the words, also with digits read as letters. */
function isDisguisedWord(folded: string, words: readonly string[]): boolean {
  const longestFirst = words.toSorted((first, second) => second.length - first.length);
  const core = folded.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, "");
  return [folded, decodeSubstitutions(folded), decodeSubstitutions(core)].some((text) => {
    const rest = longestFirst.reduce((left, word) => left.replaceAll(word, " "), text);
    return rest !== text && (rest.match(/\p{L}/gu)?.length ?? 0) < 3;
  });
}

const substitutions: Readonly<Record<string, string>> = {
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

/** Reads the digits and symbols that replace letters, as in `p4$$w0rd`. */
export function decodeSubstitutions(text: string): string {
  return text.replaceAll(/[0134578@$!]/g, (symbol) => substitutions[symbol] ?? symbol);
}

/** Frequent words in leaked passwords, English and Turkish; folded, lower-case. */
const commonWords: readonly string[] =
  `password passwort passphrase passcode pass pwd parola sifre sifrem kodum login logon signin welcome hosgeldin merhaba
  hello letmein openup openme access admin administrator adminadmin root toor superuser sysadmin manager yonetici master
  test tester testing demo example sample temp temporary default guest user username account changeme change secret
  gizli private secure security guvenlik iloveyou loveyou lovely love seni seviyorum askim canim bebegim sevgilim
  princess prenses sunshine shadow dragon monkey football futbol baseball basketball soccer hockey superman batman
  spiderman starwars pokemon naruto michael jordan jessica ashley charlie thomas daniel andrew joshua matthew hunter
  george robert jennifer michelle nicole hannah samantha mustang ferrari porsche mercedes corvette harley yamaha
  internet computer bilgisayar windows microsoft google facebook instagram twitter youtube whatsapp samsung iphone
  apple android linux ubuntu server database oracle mysql postgres redis docker github gitlab jenkins
  galatasaray fenerbahce besiktas trabzonspor ankara istanbul izmir turkiye turkey ataturk mehmet mustafa ahmet fatma
  ayse zeynep emre murat january february march april may june july august september october november december
  ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik monday tuesday wednesday thursday friday
  saturday sunday pazartesi sali carsamba persembe cuma cumartesi pazar spring summer autumn winter ilkbahar sonbahar
  company office work job business marketing support sales team gatehouse panel abcdef abcd abc qwertyuiop qwerty
  qwertz azerty asdfghjkl asdfgh asdf zxcvbnm zxcvbn zxcv qazwsx wsxedc trustno killer freedom whatever flower
  cheese coffee chocolate cookie butterfly purple orange yellow silver golden diamond angel devil heaven jesus
  blessed family forever friends buster ginger pepper tigger maggie bailey sophie lovers number one two three the
  mine`
    .split(/\s+/)
    .filter((word) => word.length >= 3);

const keyboardRows = [
  "abcdefghijklmnopqrstuvwxyz",
  "01234567890123456789",
  "qwertyuiop",
  "qwertzuiop",
  "azertyuiop",
  "asdfghjkl",
  "zxcvbnm",
  "qazwsxedcrfvtgbyhnujmikolp",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
  "1q2w3e4r5t6y7u8i9o0p",
];

/** Sequences of the keyboard, the alphabet and digits, forwards and backwards. */
const keyboardSequences: readonly string[] = keyboardRows.flatMap((row) => [
  row,
  [...row].reverse().join(""),
]);
