import { foldText } from "@gatehouse/sdk/contract";
import { graphemes } from "./initials.ts";

/** Start and end of a piece of text, in UTF-16 units, end excluded. */
export type Range = readonly [start: number, end: number];

/**
 * Where a search finds its query in a text, by the server's own folding. A match covers whole letters as a reader
 * counts them: "in" finds "İn" in "İnci" even where the dot is a character of its own.
 */
export function matchRanges(text: string, query: string): readonly Range[] {
  const wanted = foldText(query.trim());
  if (wanted === "") return [];
  const { folded, origins } = foldWithOrigins(text);
  const ranges: Range[] = [];
  for (let at = folded.indexOf(wanted); at !== -1; at = folded.indexOf(wanted, at + wanted.length)) {
    const first = origins[at];
    const last = origins[at + wanted.length - 1];
    if (first === undefined || last === undefined) break;
    const previous = ranges.at(-1);
    if (previous !== undefined && previous[1] >= first[0])
      ranges[ranges.length - 1] = [previous[0], Math.max(previous[1], last[1])];
    else ranges.push([first[0], last[1]]);
  }
  return ranges;
}

/** The folded text, and for each of its units the letter of the original that it comes from. */
function foldWithOrigins(text: string): { readonly folded: string; readonly origins: readonly Range[] } {
  let folded = "";
  let start = 0;
  const origins: Range[] = [];
  for (const letter of graphemes(text)) {
    const piece = foldText(letter);
    for (let unit = 0; unit < piece.length; unit++) origins.push([start, start + letter.length]);
    folded += piece;
    start += letter.length;
  }
  return { folded, origins };
}
