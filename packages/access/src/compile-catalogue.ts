/** A catalogue: what permissions there are, in which order, and what each includes. */
import { addBits, setPosition, wordsFor } from "./bits.ts";
import { CatalogueError } from "./errors.ts";

/** One action of a group, complete: every default filled in. Plain JSON. */
export interface CatalogueAction<P extends string = string> {
  /** `group:action`. */
  readonly permission: P;
  readonly label: string;
  readonly description?: string;
  /** Shown with a mark wherever it is given away. */
  readonly sensitive: boolean;
  /** Full names of the permissions that come with this one, as declared; `closures` has them to the end. */
  readonly implies: readonly string[];
}

/** A group of actions, complete. Plain JSON. */
export interface CatalogueGroup<P extends string = string> {
  readonly key: string;
  readonly label: string;
  readonly description?: string;
  readonly actions: readonly CatalogueAction<P>[];
}

/**
 * A compiled catalogue. `P` is the union of its permission names. Nothing in it changes after it is made, so one may be
 * shared and kept for as long as its definition is current.
 */
export interface Catalogue<P extends string = string> {
  /** Groups in order of declaration. Arrays all through, so the order survives a `jsonb` column. */
  readonly definition: readonly CatalogueGroup<P>[];
  /** Every name in order of declaration; the index is the permission's position in a `PermissionSet`. */
  readonly permissions: readonly P[];
  /** Name → action. */
  readonly actions: ReadonlyMap<string, CatalogueAction<P>>;
  /** Name → position. */
  readonly positions: ReadonlyMap<string, number>;
  /** Position → the bits of that permission and of everything that it implies, to the end. */
  readonly closures: readonly ArrayLike<number>[];
}

/** The names of a catalogue: `PermissionOf<typeof permissions>` is `"campaigns:view" | "campaigns:edit" | …`. */
export type PermissionOf<C> = C extends Catalogue<infer P> ? P : never;

/** Builds the look-ups of a definition that was read by `readDefinition` or joined from such. */
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
    closures: closuresOf(all, positions),
  };
}

/**
 * Follows `implies` to the end, once. A circle is refused: all its members would be one permission under several names,
 * and giving the weakest-sounding ("view") would silently give the strongest.
 */
function closuresOf(
  actions: readonly CatalogueAction[],
  positions: ReadonlyMap<string, number>,
): readonly ArrayLike<number>[] {
  const closures = new Map<number, Uint32Array>();
  const trail: string[] = [];

  const close = (action: CatalogueAction, position: number): Uint32Array => {
    const known = closures.get(position);
    if (known !== undefined) return known;
    refuseCircle(trail, action.permission);
    trail.push(action.permission);
    const bits = new Uint32Array(wordsFor(actions.length));
    setPosition(bits, position);
    for (const implied of action.implies) {
      const target = positions.get(implied) ?? -1;
      const next = actions[target];
      if (next === undefined)
        throw new CatalogueError(pathOf(action.permission), `there is no permission "${implied}"`);
      addBits(bits, close(next, target));
    }
    trail.pop();
    closures.set(position, bits);
    return bits;
  };

  return actions.map(close);
}

function refuseCircle(trail: readonly string[], permission: string): void {
  const start = trail.indexOf(permission);
  if (start === -1) return;
  const circle = [...trail.slice(start), permission].join(" → ");
  throw new CatalogueError(pathOf(permission), `implies itself (${circle}); take one of these out`);
}

function pathOf(permission: string): string {
  const [group, action] = permission.split(":");
  return `${group}.actions.${action}.implies`;
}
