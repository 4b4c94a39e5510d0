/** The doors to a catalogue: declared in code, read from a file or a database, written back. */
import { type Catalogue, type CatalogueGroup, compileCatalogue } from "./compile-catalogue.ts";
import { isOwnGroup, type OwnGroup, ownCatalogue, ownGroupKeys } from "./own-groups.ts";
import { type Limits, readDefinition } from "./read-definition.ts";

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

/** As many as a role may list. Gatehouse's own groups count too. */
const mostPermissions = 2000;

const declared: Limits = {
  reserved: ownGroupKeys,
  mostPermissions: mostPermissions - ownCatalogue.permissions.length,
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
 * An unknown name in `implies`, an unknown key and a group of Gatehouse's own don't compile.
 * @throws CatalogueError for what the compiler can't see: odd names, empty texts, actions that imply each other in a circle
 */
export function definePermissions<const D extends CatalogueDeclaration>(
  declaration: D & CheckedDeclaration<D>,
): Catalogue<DeclaredPermission<D>> {
  return compileCatalogue(
    readDefinition(declaration, declared) as readonly CatalogueGroup<DeclaredPermission<D>>[],
  );
}

/**
 * A panel's catalogue from a file or a database, after `JSON.parse`: either the object that `definePermissions` takes
 * or what `serialiseCatalogue` wrote. Gatehouse's own groups are no part of it; add them with `withOwnGroups`.
 * @throws CatalogueError with the path of the first fault and what to write instead
 */
export function parseCatalogue(input: unknown): Catalogue {
  return compileCatalogue(readDefinition(input, declared));
}

/**
 * A whole catalogue from its `definition`, Gatehouse's own groups included: what a browser makes of the answer to
 * `GET …/permissions`. Never for what a panel declares; that is `parseCatalogue`.
 * @throws CatalogueError
 */
export function restoreCatalogue(definition: unknown): Catalogue {
  return compileCatalogue(readDefinition(definition, { reserved: [], mostPermissions }));
}

/**
 * What a panel declared, as JSON text for a file or a database; `parseCatalogue(JSON.parse(text))` reads it back, even
 * when a `jsonb` column has reordered the keys of its objects. Gatehouse's own groups are left out.
 */
export function serialiseCatalogue(catalogue: Catalogue): string {
  return JSON.stringify(catalogue.definition.filter((group) => !isOwnGroup(group.key)));
}
