import { Fragment } from "react";
import { matchRanges } from "./match-ranges.ts";

interface HighlightProps {
  readonly text: string;
  /** What was searched for; empty marks nothing. */
  readonly query: string;
}

/** A text with everything marked that the search found in it. */
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
