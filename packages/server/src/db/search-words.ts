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
  return `%${word.replace(/[\\%_]/g, "\\$&")}%`;
}
