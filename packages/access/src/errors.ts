/** What this package throws. Decisions ("no, because…") are values, not errors; see `ceiling.ts`. */
import { nearNames } from "./near-names.ts";

/**
 * A catalogue that can't be used. `path` leads to the fault in what was given (`campaigns.actions.edit.implies.0`,
 * empty for the whole), `reason` says what is wrong there and what to write instead.
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
 * A permission that the catalogue doesn't have: a typing mistake, or a name that has been removed. Never answered with
 * "no", because a misspelt check would then lock everybody out in silence. `near` holds names that look alike.
 */
export class UnknownPermission extends Error {
  override readonly name = "UnknownPermission";
  readonly permission: string;
  readonly near: readonly string[];

  constructor(permission: string, known: readonly string[]) {
    const near = nearNames(permission, known);
    super(`Unknown permission ${quoted(permission)}. ${nextStep(near)}`);
    this.permission = permission;
    this.near = near;
  }
}

/** Longest name that an error repeats whole; what came from outside may be of any length. */
const longestQuoted = 100;

/** A name as an error shows it: quoted, escaped, shortened. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > longestQuoted ? `${name.slice(0, longestQuoted - 1)}…` : name);
}

/** `Did you mean "a" or "b"?`, or what to do when nothing looks alike. */
export function nextStep(near: readonly string[]): string {
  if (near.length === 0) return "Use a name that the catalogue declares.";
  return `Did you mean "${near.join('" or "')}"?`; // names of a catalogue have nothing to escape
}
