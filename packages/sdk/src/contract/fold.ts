/** Text folding for searches. */

const special: Readonly<Record<string, string>> = {
  ı: "i",
  ß: "ss",
  ẞ: "ss",
  ø: "o",
  Ø: "o",
  ł: "l",
  Ł: "l",
  đ: "d",
  Đ: "d",
  ð: "d",
  Ð: "d",
  þ: "th",
  Þ: "th",
  æ: "ae",
  Æ: "ae",
  œ: "oe",
  Œ: "oe",
};
const specials = /[ıßẞøØłŁđĐðÐþÞæÆœŒ]/g;
/** Combining marks, and characters without a glyph. */
const ignored = /[\p{M}\p{DI}\u2800]+/gu;

/**
 * Folds case, accents, compatibility forms and the Turkish dotted and dotless i, so that `ISPARTA`, `ısparta` and
 * `Isparta` are equal, and `inci` finds `İnci`. Characters without a glyph are removed. The server stores the result and the panel highlights matches with it.
 * Decomposes first, so that `i` with a combining dot folds to `i`.
 */
export function foldText(text: string): string {
  return text
    .normalize("NFKD")
    .replace(ignored, "")
    .replace(specials, (letter) => special[letter] ?? letter)
    .toLowerCase()
    .normalize("NFKD")
    .replace(ignored, "");
}
