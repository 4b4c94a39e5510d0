import { foldText } from "@gatehouse/sdk/contract";
import { Fragment } from "react";
import { graphemes } from "./person.tsx";

interface HighlightProps {
  readonly text: string;
  /** The search text; an empty one marks nothing. */
  readonly query: string;
}

/** A text with the matches of a search marked. */
export function Highlight({ text, query }: HighlightProps) {
  const ranges = matchRanges(text, query);
  if (ranges.length === 0) return text;
  return ranges.map(([start, end], index) => (
    <Fragment key={start}>
      {text.slice(ranges[index - 1]?.[1] ?? 0, start)}
      <mark>{text.slice(start, end)}</mark>
      {index === ranges.length - 1 ? text.slice(end) : null}
    </Fragment>
  ));
}

/** Start and end of a piece of text, in UTF-16 units, end excluded. */
export type Range = readonly [start: number, end: number];

/**
 * Finds a query in a text, with the folding of the server. A match covers whole graphemes: "in" matches "İn" in "İnci"
 * even where the dot is a combining character.
 */
export function matchRanges(text: string, query: string): readonly Range[] {
  const term = foldText(query.trim());
  if (term === "") return [];
  const { folded, origins } = foldWithOrigins(text);
  const ranges: Range[] = [];
  for (let at = folded.indexOf(term); at !== -1; at = folded.indexOf(term, at + term.length)) {
    const first = origins[at];
    const last = origins[at + term.length - 1];
    if (first === undefined || last === undefined) break;
    const previous = ranges.at(-1);
    if (previous !== undefined && previous[1] >= first[0])
      ranges[ranges.length - 1] = [previous[0], Math.max(previous[1], last[1])];
    else ranges.push([first[0], last[1]]);
  }
  return ranges;
}

/** The folded text, and for each of its UTF-16 units the range of the original grapheme. */
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
