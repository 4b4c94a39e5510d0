/** How a search text becomes patterns. */
import { foldText } from "@gatehouse/sdk/contract";

/** The folded words of a search text, each once: a row matches when it has every one of them somewhere. */
export function searchWords(query: string | undefined): readonly string[] {
  const words = foldText(query ?? "").split(/\s+/u);
  return [...new Set(words)].filter((word) => word !== "");
}

/** The LIKE pattern for a text that contains `word` as it stands: `% _ \` mean themselves. */
export function containing(word: string): string {
  return `%${word.replace(/[\\%_]/g, "\\$&")}%`;
}
