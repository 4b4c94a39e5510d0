/** Finds the words of a name or email address that a misspelt search word may mean. Pure. */

/** A search that a row would match, and how far it is from the one that was typed. */
export interface NearSearch {
  /** One folded word for each word of the search. */
  readonly words: readonly string[];
  readonly distance: number;
}

/**
 * The search whose words all occur in the row, with the fewest changed letters; null if a word is too different.
 * `searchKey` is a folded name, a line break and an address. Words of fewer than four letters must occur as they are.
 */
export function findNearSearch(words: readonly string[], searchKey: string): NearSearch | null {
  const candidates = splitIntoWords(searchKey);
  let distance = 0;
  const near: string[] = [];
  for (const word of words) {
    const best = searchKey.includes(word) ? { word, distance: 0 } : findNearWord(word, candidates);
    if (best === null) return null;
    near.push(best.word);
    distance += best.distance;
  }
  return { words: near, distance };
}

/** Whether a misspelling of the word is looked for: shorter ones are near too many others. */
export function isCorrectable(word: string): boolean {
  return getMaxDistance(word) > 0;
}

const tooMany = Number.POSITIVE_INFINITY;

/** One changed letter from four letters on, two from six on. */
function getMaxDistance(word: string): number {
  return word.length < 4 ? 0 : word.length < 6 ? 1 : 2;
}

/** A letter that is missing, added, replaced or swapped with its neighbour counts as one. */
function findNearWord(
  word: string,
  candidates: readonly string[],
): { readonly word: string; readonly distance: number } | null {
  const max = getMaxDistance(word);
  let best: { readonly word: string; readonly distance: number } | null = null;
  if (max === 0) return best;
  for (const candidate of candidates) {
    const whole = countEdits(word, candidate, max);
    // The beginning of a longer word, while it is still being typed.
    const begun =
      candidate.length > word.length + 1 ? countEdits(word, candidate.slice(0, word.length), 1) : tooMany;
    const distance = Math.min(whole, begun);
    if (distance < (best?.distance ?? tooMany)) best = { word: candidate, distance };
  }
  return best;
}

/** The parts between spaces, the parts of an address, and the parts between any other characters than letters and digits. */
function splitIntoWords(searchKey: string): readonly string[] {
  const parts = [/\s+/u, /[^\p{L}\p{N}]+/u, /[\s@]+/u].flatMap((separator) => searchKey.split(separator));
  return [...new Set(parts)].filter((word) => word.length >= 3);
}

/** Optimal string alignment distance, or infinity where it is greater than `max`. */
function countEdits(one: string, other: string, max: number): number {
  if (Math.abs(one.length - other.length) > max) return tooMany;
  let before: number[] = [];
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwapped =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current.push(
        Math.min(
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (previous[column - 1] ?? 0) + (isSame ? 0 : 1),
          isSwapped ? (before[column - 2] ?? 0) + 1 : tooMany,
        ),
      );
    }
    if (Math.min(...current) > max) return tooMany;
    [before, previous] = [previous, current];
  }
  const edits = previous[other.length] ?? tooMany;
  return edits > max ? tooMany : edits;
}
