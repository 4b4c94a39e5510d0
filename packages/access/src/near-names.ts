/** Names that look like a misspelt one, for error messages. */

/** Letters that may differ. More than this is a different word. */
const furthest = 3;
const mostSuggestions = 3;
/** A name is two of 64 letters with a colon between them; what is much longer is nothing misspelt. */
const longest = 129 + furthest;

/** Up to three of `known` that differ from `name` in at most three letters, nearest first. */
export function nearNames(name: string, known: readonly string[]): readonly string[] {
  if (name.length > longest) return [];
  return known
    .map((candidate) => ({ candidate, distance: distanceWithin(furthest, name, candidate) }))
    .filter(({ distance }) => distance <= furthest)
    .sort((one, other) => one.distance - other.distance)
    .slice(0, mostSuggestions)
    .map(({ candidate }) => candidate);
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
  const [from, to] = [one.slice(same), other.slice(same)];
  if (from === "" || to === "") return from.length + to.length;
  if (limit === 0) return 1;
  const ways = [
    [from.slice(1), to],
    [from, to.slice(1)],
    [from.slice(1), to.slice(1)],
  ] as const;
  return 1 + Math.min(...ways.map(([rest, others]) => distanceWithin(limit - 1, rest, others)));
}
