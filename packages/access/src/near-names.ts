/** Names that look like a misspelt one, for error messages. */

/** Letters that may differ. More than this is a different word. */
const furthest = 3;
const mostSuggestions = 3;

/** Up to three of `known` that differ from `name` in at most three letters, nearest first. */
export function nearNames(name: string, known: readonly string[]): readonly string[] {
  return known
    .map((candidate) => [distanceWithin(furthest, name, candidate), candidate] as const)
    .filter(([distance]) => distance <= furthest)
    .sort(([one], [other]) => one - other)
    .slice(0, mostSuggestions)
    .map(([, candidate]) => candidate);
}

/**
 * Levenshtein distance, or a larger number than `limit` when that is exceeded. What two names begin with alike costs nothing, and
 * at a difference there are three ways on, `limit` times at most: the work grows with the length of the name and not with its
 * square. Names come from outside, and a catalogue may hold two thousand that begin alike.
 */
function distanceWithin(limit: number, one: string, other: string): number {
  if (Math.abs(one.length - other.length) > limit) return limit + 1;
  let same = 0;
  while (same < one.length && one[same] === other[same]) same += 1;
  if (same === one.length) return other.length - same;
  const without = (left: number, right: number) =>
    distanceWithin(limit - 1, one.slice(same + left), other.slice(same + right));
  return 1 + (limit && Math.min(without(1, 0), without(0, 1), without(1, 1)));
}
