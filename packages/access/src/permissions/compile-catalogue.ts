/** The catalogue: which permissions exist, their order, and what each implies. */
import { addBits, setBit, wordCount } from "./bits.ts";
import { CatalogueError } from "./errors.ts";
import type { LocalizedText } from "./texts.ts";

/** One action of a group, with all defaults filled in. Plain JSON. */
export interface CatalogueAction<P extends string = string> {
  /** `group:action`. */
  readonly permission: P;
  readonly label: LocalizedText;
  readonly description?: LocalizedText;
  /** Marked wherever it can be granted. */
  readonly sensitive: boolean;
  /** Full names of the permissions that this one implies, as declared. `closures` has the transitive closure. */
  readonly implies: readonly string[];
}

/** A group of actions with all defaults filled in. Plain JSON. */
export interface CatalogueGroup<P extends string = string> {
  readonly key: string;
  readonly label: LocalizedText;
  readonly description?: LocalizedText;
  readonly actions: readonly CatalogueAction<P>[];
}

/** A compiled catalogue. `P` is the union of its permission names. It is immutable and can be shared. */
export interface Catalogue<P extends string = string> {
  /** Groups in declaration order. Arrays only, so that the order survives a `jsonb` column. */
  readonly definition: readonly CatalogueGroup<P>[];
  /** All names in declaration order. The index is the permission's position in a `PermissionSet`. */
  readonly permissions: readonly P[];
  /** Name → action. */
  readonly actions: ReadonlyMap<string, CatalogueAction<P>>;
  /** Name → position. */
  readonly positions: ReadonlyMap<string, number>;
  /** Position → the bits of that permission and of everything that it implies, transitively. */
  readonly closures: readonly ArrayLike<number>[];
}

/** The names of a catalogue: `PermissionOf<typeof permissions>` is `"campaigns:view" | "campaigns:edit" | …`. */
export type PermissionOf<C> = C extends Catalogue<infer P> ? P : never;

/**
 * Builds the lookup maps of a definition that was validated before, such as one that Gatehouse's server sends.
 * @throws CatalogueError for actions that imply each other in a cycle or an unknown one
 */
export function compileCatalogue<P extends string>(definition: readonly CatalogueGroup<P>[]): Catalogue<P> {
  const all = definition.flatMap((group) => group.actions);
  const permissions = all.map((action) => action.permission);
  const positions = new Map<string, number>(
    permissions.map((permission, position) => [permission, position]),
  );
  return {
    definition,
    permissions,
    actions: new Map(all.map((action) => [action.permission, action])),
    positions,
    closures: computeClosures(all, positions),
  };
}

/**
 * Computes the transitive closure of `implies`. A cycle is rejected: its members would be one permission under several names,
 * and granting the weakest name ("view") would silently grant the strongest.
 */
function computeClosures(
  actions: readonly CatalogueAction[],
  positions: ReadonlyMap<string, number>,
): readonly ArrayLike<number>[] {
  const closures = new Map<number, Uint32Array>();
  const path: string[] = [];

  const computeClosure = (action: CatalogueAction, position: number): Uint32Array => {
    const known = closures.get(position);
    if (known !== undefined) return known;
    assertNoCycle(path, action.permission);
    path.push(action.permission);
    const bits = new Uint32Array(wordCount(actions.length));
    setBit(bits, position);
    for (const implied of action.implies) {
      const target = positions.get(implied) ?? -1;
      const next = actions[target];
      if (next === undefined)
        throw new CatalogueError(formatImpliesPath(action.permission), `there is no permission "${implied}"`);
      addBits(bits, computeClosure(next, target));
    }
    path.pop();
    closures.set(position, bits);
    return bits;
  };

  return actions.map(computeClosure);
}

function assertNoCycle(path: readonly string[], permission: string): void {
  const start = path.indexOf(permission);
  if (start === -1) return;
  const cycle = [...path.slice(start), permission].join(" → ");
  throw new CatalogueError(formatImpliesPath(permission), `implies itself (${cycle}); remove one of these`);
}

function formatImpliesPath(permission: string): string {
  const [group, action] = permission.split(":");
  return `${group}.actions.${action}.implies`;
}

/**
 * Asserts that two catalogues list the same permissions in the same order: otherwise the same bit means different permissions.
 * @throws TypeError
 */
export function assertSameCatalogue(one: Catalogue, other: Catalogue): void {
  if (one === other) return;
  const isSame =
    one.permissions.length === other.permissions.length &&
    one.permissions.every((permission, position) => permission === other.permissions[position]);
  if (isSame) return;
  throw new TypeError("These permission sets belong to different catalogues. Build both from the same one.");
}
