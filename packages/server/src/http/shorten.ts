/** Texts of any length, cut so that they can be repeated in an answer or a log. */

/** A text of at most `most` UTF-16 code units; one that was cut ends with an ellipsis, and never in half a character. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
