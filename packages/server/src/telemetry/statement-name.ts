/** Names of statements, as metrics, traces and logs show them. */

/** The name of a statement without one. */
const unnamed = "other";

const start = "/* ";
const end = " */";

/** The comment at the beginning of a statement that has a name. */
export function formatStatementName(name: string): string {
  return `${start}${name}${end}`;
}

/** The name at the beginning of a statement's text; `other` for one without a name. The names are literals of the code. */
export function readStatementName(text: string): string {
  if (!text.startsWith(start)) return unnamed;
  const at = text.indexOf(end, start.length);
  const comment = text.slice(start.length, at);
  return comment.slice(comment.lastIndexOf(" ") + 1);
}
