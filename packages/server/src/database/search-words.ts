/** How a search text becomes patterns. */
import { foldText } from "@gatehouse/sdk/contract";

/** What comes along when a word is copied, and nobody sees. */
const invisible = /^[\p{DI}\p{Cf}]+|[\p{DI}\p{Cf}]+$/gu;

/** The folded words of a search text, each once: a row matches when it has every one of them somewhere. */
export function searchWords(query: string | undefined): readonly string[] {
  const words = foldText(query ?? "")
    .split(/\s+/u)
    .map((word) => word.replace(invisible, ""));
  return [...new Set(words)].filter((word) => word !== "");
}

/** The LIKE pattern for a text that contains `word` as it stands: `% _ \` mean themselves. */
export function containing(word: string): string {
  return `%${word.replace(/[\\%_]/g, "\\$&")}%`;
}
