/**
 * A text of at most `maxLength` UTF-16 code units; a truncated one ends with an ellipsis, and never in half a
 * character.
 */
export function truncate(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
