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
 * Levenshtein distance, or `limit + 1` when it is larger. Only cells at most `limit` beside the diagonal can be part of a
 * shorter way, so the work grows with the length of the name and not with its square: names come from outside, and a
 * catalogue may hold two thousand that begin alike.
 */
function distanceWithin(limit: number, one: string, other: string): number {
  const [from, to] = withoutSame(one, other);
  const shift = to.length - from.length;
  if (Math.abs(shift) > limit) return limit + 1;
  const far = limit + 1;
  // Of each row the cells from `row - limit` to `row + limit`; index `limit` is the diagonal.
  let previous = Array.from({ length: 2 * limit + 1 }, (_, index) => (index < limit ? far : index - limit));
  for (let row = 1; row <= from.length; row += 1) {
    const current: number[] = [];
    let least = far;
    for (let index = 0; index <= 2 * limit; index += 1) {
      const column = row + index - limit;
      let cost = far;
      if (column === 0) cost = Math.min(row, far);
      else if (column > 0 && column <= to.length)
        cost = Math.min(
          (previous[index + 1] ?? far) + 1,
          (current[index - 1] ?? far) + 1,
          (previous[index] ?? far) + (from[row - 1] === to[column - 1] ? 0 : 1),
          far,
        );
      current.push(cost);
      least = Math.min(least, cost);
    }
    if (least === far) return far;
    previous = current;
  }
  return previous[limit + shift] ?? far;
}

/** Both without what they begin and end with alike: that costs nothing. */
function withoutSame(one: string, other: string): readonly [string, string] {
  const shortest = Math.min(one.length, other.length);
  let start = 0;
  while (start < shortest && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < shortest - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  return [one.slice(start, one.length - end), other.slice(start, other.length - end)];
}
