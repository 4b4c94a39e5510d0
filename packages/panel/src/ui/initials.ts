/** What stands in a person's doorway: one or two letters, and one of nine hues. */

const han = /^\p{Script=Han}+$/u;

/**
 * The initials of a name: first letter of the first word and of the last word in the same script. Particles written
 * small ("von", "al-") are passed over. A Chinese name without spaces gives its first two characters. Upper-cased by
 * the reader's language, so that a Turkish reader sees "İ" for "ilker".
 *
 * @example initials("İnci Şahin", "tr") // "İŞ"
 */
export function initials(name: string, locale: string): string {
  const words = name.normalize("NFC").match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}'’-]*/gu) ?? [];
  const [first] = words;
  if (first === undefined) return firstGrapheme(name.trim());
  if (han.test(first) && words.every((word) => han.test(word)))
    return graphemes(words.join("")).slice(0, 2).join("");
  const last = words.slice(1).findLast((word) => !han.test(word) || han.test(first));
  const letters = last === undefined ? [leading(first)] : [leading(first), leading(last)];
  return letters.map((letter) => letter.toLocaleUpperCase(locale)).join("");
}

/** What somebody is called in a sentence: the first word of the name, or all of a name that is written without spaces. */
export function firstNameOf(name: string): string {
  return name.trim().split(/\s+/u)[0] ?? name;
}

/** One of nine hues for an account, the same on every page and in every session. */
export function tintOf(accountId: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < accountId.length; index++)
    hash = Math.imul(hash ^ accountId.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % 9;
}

/** First letter of a word; of "al-Mansuri" the first capital. */
function leading(word: string): string {
  const capital = word.match(/(?<=[-'’])\p{Lu}/u);
  return /^\p{Ll}/u.test(word) && capital ? capital[0] : firstGrapheme(word);
}

function firstGrapheme(text: string): string {
  return graphemes(text)[0] ?? "";
}

/** The letters of a text as a reader counts them: an accent or a joined emoji stays whole. */
export function graphemes(text: string): string[] {
  return Array.from(
    new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text),
    ({ segment }) => segment,
  );
}
