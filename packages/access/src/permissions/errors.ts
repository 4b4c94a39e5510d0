/** Errors that this package throws. Denials are return values, not errors; see `ceiling.ts`. */
import { suggestNames } from "./suggestions.ts";

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
