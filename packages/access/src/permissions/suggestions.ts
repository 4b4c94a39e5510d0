/** Largest edit distance of a suggestion. */
const maxDistance = 3;
const maxSuggestions = 3;

/** Suggests up to three of `known` with an edit distance of at most three from `name`, nearest first. For error messages. */
export function suggestNames(name: string, known: readonly string[]): readonly string[] {
  return known
    .map((candidate) => [distanceWithin(maxDistance, name, candidate), candidate] as const)
    .filter(([distance]) => distance <= maxDistance)
    .sort(([one], [other]) => one - other)
    .slice(0, maxSuggestions)
    .map(([, candidate]) => candidate);
}

/**
 * Levenshtein distance, or a number above `limit` when the distance exceeds it. A common prefix is skipped, and each difference
 * branches three ways, at most `limit` times: the time is linear in the name's length, not quadratic. Names come from
 * outside, and a catalogue may have 2,000 names with the same prefix.
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
