/** Errors that this package throws. Denials are return values, not errors; see `ceiling.ts`. */

/**
 * An invalid catalogue. `path` is the location of the error in the input (`campaigns.actions.edit.implies.0`, empty for the
 * whole input); `reason` says what is wrong and how to correct it.
 */
export class CatalogueError extends Error {
  override readonly name = "CatalogueError";
  readonly path: string;
  readonly reason: string;

  constructor(path: string, reason: string) {
    super(`${path === "" ? "catalogue" : path}: ${reason}`);
    this.path = path;
    this.reason = reason;
  }
}

/**
 * A permission that the catalogue doesn't have: a misspelt or a removed name. It is an error and not "denied", because a
 * misspelt check would silently deny everyone. `near` has similar names.
 */
export class UnknownPermission extends Error {
  override readonly name = "UnknownPermission";
  readonly permission: string;
  readonly near: readonly string[];

  constructor(permission: string, known: readonly string[]) {
    const near = suggestNames(permission, known);
    super(`Unknown permission ${quote(permission)}. ${suggestionSentence(near)}`);
    this.permission = permission;
    this.near = near;
  }
}

/** Longest name that an error message repeats in full: input may have any length. */
const maxQuotedLength = 100;

/** Quotes, escapes and shortens a name for an error message. */
export function quote(name: string): string {
  return JSON.stringify(name.length > maxQuotedLength ? `${name.slice(0, maxQuotedLength - 1)}…` : name);
}

/** `Did you mean "a" or "b"?`, or what to do when there is no similar name. */
export function suggestionSentence(near: readonly string[]): string {
  if (near.length === 0) return "Use a name that the catalogue declares.";
  return `Did you mean "${near.join('" or "')}"?`; // catalogue names need no escaping
}

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
