/** Declares a catalogue in code. The compiler finds what is misspelt; what it can't see is checked here. */
import { type Catalogue, type CatalogueGroup, compileCatalogue } from "./compile-catalogue.ts";
import { CatalogueError } from "./errors.ts";
import { labelFrom, namePattern } from "./names.ts";
import { type OwnGroup, ownGroupKeys, ownGroupRefusal } from "./own-group-keys.ts";

/** What may be said about an action. All of it is optional: `view: {}` is a whole declaration. */
export interface ActionDeclaration {
  /** What people read; without it the name in words: `view-personal-data` is shown as "View personal data". */
  readonly label?: string;
  /** One line for somebody who is not a programmer. */
  readonly description?: string;
  /** What comes with this action: names of the same group (`"view"`) or full names (`"people:view"`). */
  readonly implies?: readonly string[];
  /** Shown with a mark wherever it is given away. */
  readonly sensitive?: boolean;
}

/** A group of actions as a panel declares it. */
export interface GroupDeclaration {
  readonly label: string;
  readonly description?: string;
  readonly actions: Readonly<Record<string, ActionDeclaration>>;
}

/** What a panel declares: groups by key. Order counts: it is the order on every screen. */
export type CatalogueDeclaration = Readonly<Record<string, GroupDeclaration>>;

/** The permission names of a declaration: `"campaigns:view" | …`. */
export type DeclaredPermission<D> = {
  [G in keyof D & string]: `${G}:${ActionNames<D[G]>}`;
}[keyof D & string];

type ActionNames<G> = G extends { readonly actions: infer A } ? keyof A & string : never;

type Misplaced<Given, Known> = { readonly [K in Exclude<keyof Given, keyof Known>]: never };

type CheckedActions<D, G> = G extends { readonly actions: infer A }
  ? {
      readonly [N in keyof A]: Misplaced<A[N], ActionDeclaration> & {
        readonly implies?: readonly (ActionNames<G> | DeclaredPermission<D>)[];
      };
    }
  : never;

/** What a declaration must be beyond its form, so that mistakes don't compile. */
export type CheckedDeclaration<D> = {
  readonly [G in keyof D]: G extends OwnGroup
    ? `"${G}" is a group of Gatehouse's own; choose another name`
    : Misplaced<D[G], GroupDeclaration> & { readonly actions: CheckedActions<D, D[G]> };
};

/**
 * Declares what can be done in a panel. Names are lower-case letters, digits and hyphens.
 *
 * ```ts
 * export const permissions = definePermissions({
 *   campaigns: {
 *     label: "Campaigns",
 *     actions: { view: {}, edit: { implies: ["view"] }, approve: { implies: ["view"], sensitive: true } },
 *   },
 * });
 * type Permission = PermissionOf<typeof permissions>; // "campaigns:view" | "campaigns:edit" | "campaigns:approve"
 * ```
 *
 * An unknown name in `implies`, an unknown key and a group of Gatehouse's own don't compile. Lengths of texts are checked
 * when a server takes the catalogue.
 * @throws CatalogueError for odd names, names that aren't declared, Gatehouse's own groups, and actions that imply each
 *   other in a circle
 */
export function definePermissions<const D extends CatalogueDeclaration>(
  declaration: D & CheckedDeclaration<D>,
): Catalogue<DeclaredPermission<D>> {
  refusePrototype(declaration, "");
  const groups = Object.entries(declaration as CatalogueDeclaration).map(([key, group]) =>
    complete(key, group),
  );
  return compileCatalogue(groups as CatalogueGroup<DeclaredPermission<D>>[]);
}

/** A group with every default filled in. */
function complete(key: string, { label, description, actions }: GroupDeclaration): CatalogueGroup {
  if ((ownGroupKeys as readonly string[]).includes(key)) throw new CatalogueError(key, ownGroupRefusal(key));
  if (!label) throw new CatalogueError(`${key}.label`, "write a text");
  refusePrototype(actions, `${key}.actions.`);
  return {
    key: checkedName(key, key),
    label,
    ...(description === undefined ? {} : { description }),
    actions: Object.entries(actions).map(([name, action]) => ({
      permission: `${key}:${checkedName(name, `${key}.actions.${name}`)}`,
      label: action.label ?? labelFrom(name),
      ...(action.description === undefined ? {} : { description: action.description }),
      sensitive: action.sensitive ?? false,
      implies: (action.implies ?? []).map((implied) =>
        implied.includes(":") ? implied : `${key}:${implied}`,
      ),
    })),
  };
}

/** `{ __proto__: … }` in code declares nothing: it sets the prototype, and its members would be missing without a word. */
function refusePrototype(members: object, path: string): void {
  for (const key in members)
    if (!Object.hasOwn(members, key)) throw new CatalogueError(`${path}__proto__`, "choose another name");
}

function checkedName(name: string, path: string): string {
  if (namePattern.test(name)) return name;
  throw new CatalogueError(
    path,
    "begin the name with a letter a–z and go on with up to 63 of a–z, 0–9 and hyphens",
  );
}
