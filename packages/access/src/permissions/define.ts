/** Declares a catalogue in code. The compiler finds misspelt names; this checks the rest at run time. */
import { type Catalogue, type CatalogueGroup, compileCatalogue } from "./compile-catalogue.ts";
import { CatalogueError } from "./errors.ts";
import {
  namePattern,
  type ReservedGroup,
  reservedGroupKeys,
  reservedGroupMessage,
  toLabel,
} from "./names.ts";
import type { LocalizedText } from "./texts.ts";

/** An action as a panel declares it. All properties are optional: `view: {}` is a complete declaration. */
export interface ActionDeclaration {
  /** The displayed name. Defaults to the key in words: `view-personal-data` is shown as "View personal data". */
  readonly label?: LocalizedText;
  /** One line for people who are not programmers. */
  readonly description?: LocalizedText;
  /** Permissions that this action includes: names of the same group (`"view"`) or full names (`"people:view"`). */
  readonly implies?: readonly string[];
  /** Marked wherever it can be granted. */
  readonly sensitive?: boolean;
}

/** A group of actions as a panel declares it. */
export interface GroupDeclaration {
  /** A text, or one for each language: `{ en: "Campaigns", tr: "Kampanyalar" }`. */
  readonly label: LocalizedText;
  readonly description?: LocalizedText;
  readonly actions: Readonly<Record<string, ActionDeclaration>>;
}

/** A panel's declaration: groups by key, in the order in which screens show them. */
export type CatalogueDeclaration = Readonly<Record<string, GroupDeclaration>>;

/** The permission names of a declaration: `"campaigns:view" | …`. */
export type DeclaredPermission<D> = {
  [G in keyof D & string]: `${G}:${ActionNames<D[G]>}`;
}[keyof D & string];

type ActionNames<G> = G extends { readonly actions: infer A } ? keyof A & string : never;

type UnknownKeys<Given, Known> = { readonly [K in Exclude<keyof Given, keyof Known>]: never };

type CheckedActions<D, G> = G extends { readonly actions: infer A }
  ? {
      readonly [N in keyof A]: UnknownKeys<A[N], ActionDeclaration> & {
        readonly implies?: readonly (ActionNames<G> | DeclaredPermission<D>)[];
      };
    }
  : never;

/** Constraints on a declaration beyond its shape, so that mistakes don't compile. */
export type CheckedDeclaration<D> = {
  readonly [G in keyof D]: G extends ReservedGroup
    ? `"${G}" is reserved for Gatehouse; choose another name`
    : UnknownKeys<D[G], GroupDeclaration> & { readonly actions: CheckedActions<D, D[G]> };
};

/**
 * Declares the permissions of a panel. Names are lower-case letters, digits and hyphens.
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
 * An unknown name in `implies`, an unknown key and a group's key that is reserved for Gatehouse don't compile. The server checks the
 * length of texts when it stores the catalogue.
 * @throws CatalogueError for invalid names, undeclared names, reserved group keys, and actions that imply each other
 *   in a cycle
 */
export function definePermissions<const D extends CatalogueDeclaration>(
  declaration: D & CheckedDeclaration<D>,
): Catalogue<DeclaredPermission<D>> {
  assertNoPrototype(declaration, "");
  const groups = Object.entries(declaration as CatalogueDeclaration).map(([key, group]) =>
    completeGroup(key, group),
  );
  return compileCatalogue(groups as CatalogueGroup<DeclaredPermission<D>>[]);
}

/** Fills in the defaults of a group. */
function completeGroup(key: string, { label, description, actions }: GroupDeclaration): CatalogueGroup {
  if ((reservedGroupKeys as readonly string[]).includes(key))
    throw new CatalogueError(key, reservedGroupMessage(key));
  if (!label) throw new CatalogueError(`${key}.label`, "write a text");
  assertNoPrototype(actions, `${key}.actions.`);
  return {
    key: validateName(key, key),
    label,
    ...(description === undefined ? {} : { description }),
    actions: Object.entries(actions).map(([name, action]) => ({
      permission: `${key}:${validateName(name, `${key}.actions.${name}`)}`,
      label: action.label ?? toLabel(name),
      ...(action.description === undefined ? {} : { description: action.description }),
      sensitive: action.sensitive ?? false,
      implies: (action.implies ?? []).map((implied) =>
        implied.includes(":") ? implied : `${key}:${implied}`,
      ),
    })),
  };
}

/** `{ __proto__: … }` in code sets the prototype instead of a property, and its members would be silently missing. */
function assertNoPrototype(members: object, path: string): void {
  for (const key in members)
    if (!Object.hasOwn(members, key)) throw new CatalogueError(`${path}__proto__`, "choose another name");
}

function validateName(name: string, path: string): string {
  if (namePattern.test(name)) return name;
  throw new CatalogueError(path, "use a letter a–z, then up to 63 of a–z, 0–9 and hyphens");
}
