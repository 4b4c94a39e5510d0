/** Names that look like a misspelt one, for error messages. */

/** Letters that may differ. More than this is a different word. */
const furthest = 3;
const mostSuggestions = 3;

/** Up to three of `known` that differ from `name` in at most three letters, nearest first. */
export function nearNames(name: string, known: readonly string[]): readonly string[] {
  return known
    .map((candidate) => ({ candidate, distance: distanceWithin(furthest, name, candidate) }))
    .filter(({ distance }) => distance <= furthest)
    .sort((one, other) => one.distance - other.distance)
    .slice(0, mostSuggestions)
    .map(({ candidate }) => candidate);
}

/**
 * Levenshtein distance, given up as soon as it must exceed `limit` (then the answer is `limit + 1`): the name comes
 * from outside and the catalogue may hold two thousand, so a full comparison of each would be worth attacking.
 */
function distanceWithin(limit: number, from: string, to: string): number {
  if (Math.abs(from.length - to.length) > limit) return limit + 1;
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= to.length; column += 1) {
      const cost = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1),
      );
      current.push(cost);
      least = Math.min(least, cost);
    }
    if (least > limit) return limit + 1;
    previous = current;
  }
  return previous[to.length] ?? limit + 1;
}
