/** Converts search texts to LIKE patterns. */
import { foldText } from "@gatehouse/sdk/contract";

/** Invisible characters that are copied along with a word. */
const invisible = /^[\p{DI}\p{Cf}]+|[\p{DI}\p{Cf}]+$/gu;

/** The folded words of a search text, without duplicates: a row matches when it contains every one. */
export function searchWords(query: string | undefined): readonly string[] {
  const words = foldText(query ?? "")
    .split(/\s+/u)
    .map((word) => word.replace(invisible, ""));
  return [...new Set(words)].filter((word) => word !== "");
}

/** The LIKE pattern for texts that contain `word`; `% _ \` are escaped. */
export function toContainsPattern(word: string): string {
  return `%${escapeLike(word)}%`;
}

/**
 * What a word of a name or an address follows, besides the beginning of the text. ASCII only: with other characters, the expression
 * below can't use an index of trigrams.
 */
const separators = [" ", "\n", ".", "-", "@", "_", "+", "'", "(", "/", ",", "&", '"'];

/** Scripts that are written without spaces: a word begins at any character. */
const unspacedScript =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/**
 * Whether `word` is looked for only at the beginning of words: one or two letters, which no index finds inside a word. In scripts
 * without spaces they are whole names, and are looked for anywhere.
 */
export function isShortWord(word: string): boolean {
  return [...word].length <= 2 && /^[\p{L}\p{N}]/u.test(word) && !unspacedScript.test(word);
}

/** LIKE patterns of which one matches each text with a word that begins with `word`. */
export function toBeginningPatterns(word: string): readonly string[] {
  const beginning = `${escapeLike(word)}%`;
  return [beginning, ...separators.map((separator) => `%${escapeLike(separator)}${beginning}`)];
}

/** The regular expression of PostgreSQL for the same texts. An index of trigrams finds what it matches. */
export function toBeginningExpression(word: string): string {
  const [hyphen, ...others] = separators.toSorted(
    (one, other) => Number(other === "-") - Number(one === "-"),
  );
  return `(^|[${others.join("")}${hyphen}])${word.replace(/[!-/:-@[-`{-~]/g, "\\$&")}`;
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
