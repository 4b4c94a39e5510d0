/** The catalogue of permissions, and roles. */

export type { OwnGroup, OwnPermission } from "@gatehouse/access/catalogue";

import * as z from "zod/mini";
import {
  endpoint,
  flag,
  id,
  inOrganization,
  instant,
  languageChoice,
  line,
  list,
  listOf,
  page,
  permissionName,
  searchText,
  textLanguage,
} from "./common.ts";
import { userStatus } from "./users.ts";

/** One text for all languages, or one for each. */
export const localizedText = z.union([
  z.string(),
  z.strictObject({ en: z.optional(z.string()), tr: z.optional(z.string()) }),
]);

/** One action of the catalogue. */
export const catalogueAction = z.strictObject({
  permission: z.string(),
  label: localizedText,
  description: z.optional(localizedText),
  sensitive: z.boolean(),
  implies: z.array(z.string()),
});

/** A group of actions. */
export const catalogueGroup = z.strictObject({
  key: z.string(),
  label: localizedText,
  description: z.optional(localizedText),
  actions: z.array(catalogueAction),
});

export const getPermissions = endpoint({
  method: "GET",
  path: "/organizations/:organizationId/permissions",
  operationId: "getPermissions",
  tag: "Permissions",
  summary:
    "The catalogue of permissions, with its texts in one language: `language`, else the best of Accept-Language, else English. " +
    "With language=all a text that has several languages is an object of them",
  params: inOrganization,
  query: z.strictObject({ language: z.optional(languageChoice) }),
  success: { status: 200, body: z.strictObject({ groups: z.array(catalogueGroup) }) },
  versioned: true,
  localized: true,
});

/** Roles, users, invitations or API keys whose permissions change. */
const affected = z.strictObject({
  /** How many gain or lose permissions. */
  count: z.number(),
  /** The first few names (addresses for invitations); empty if the caller may not see them. */
  names: z.array(z.string()),
  gained: z.array(z.string()),
  lost: z.array(z.string()),
});

/** What a new catalogue would change. */
export const catalogueChange = z.strictObject({
  appeared: z.array(z.string()),
  disappeared: z.array(z.string()),
  /** Labels, descriptions, order within the group, sensitive marks or implied permissions. */
  changed: z.array(z.string()),
  /** Those of `disappeared` that a role or an API key uses: the change needs their names in `drop`. */
  inUse: z.array(z.string()),
  roles: affected,
  users: affected,
  invitations: affected,
  apiKeys: affected,
});

/** A panel's groups, as definePermissions takes them or as its `definition` lists them. */
export const declaration = z.union([
  list(z.record(z.string(), z.unknown()), { max: [2000, "Declare 2,000 groups at most."] }),
  z.record(z.string(), z.record(z.string(), z.unknown())),
]);

/** A declaration with the permissions in use that may be removed. */
export const catalogueReplacement = z.strictObject({
  groups: declaration,
  drop: z.optional(list(permissionName, { max: [2000, "Name 2,000 permissions at most."] })),
  dropAll: z.optional(z.boolean()),
});

export const putPermissions = endpoint({
  method: "PUT",
  path: "/organizations/:organizationId/permissions",
  operationId: "putPermissions",
  tag: "Permissions",
  summary:
    "Replaces the panel's catalogue, in the format of definePermissions. With preview=true it returns what would change and " +
    "for whom, and changes nothing. A permission in use is removed only if `drop` names it, or with dropAll: both as query " +
    "parameters, or beside the groups in the body as {groups, drop, dropAll}",
  params: inOrganization,
  query: z.strictObject({
    preview: z.optional(flag),
    /** Names, separated by commas. */
    drop: z.optional(
      z.string().check(
        z.maxLength(8000),
        z.regex(/^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*(,[a-z][a-z0-9-]*:[a-z][a-z0-9-]*)*$/, {
          error: "Write permissions as group:action, separated by commas.",
          abort: true,
        }),
      ),
    ),
    /** Removes all permissions in use that the catalogue no longer has. */
    dropAll: z.optional(flag),
  }),
  body: z.union([declaration, catalogueReplacement]),
  success: { status: 200, body: catalogueChange },
  versioned: true,
});

/** A user with a permission, and its sources. */
export const holder = z.strictObject({
  user: z.strictObject({ id, accountId: id, name: z.string(), email: z.string(), status: userStatus }),
  because: z.array(z.strictObject({ roleId: id, roleName: z.string(), impliedBy: z.optional(z.string()) })),
});

export const listHolders = endpoint({
  method: "GET",
  path: "/organizations/:organizationId/permissions/:permission/users",
  operationId: "listHolders",
  tag: "Permissions",
  summary: "The users with a permission, found by any part of name or e-mail, and its sources",
  params: z.extend(inOrganization, { permission: permissionName }),
  query: z.strictObject({ query: z.optional(searchText), ...textLanguage, ...page }),
  success: { status: 200, body: listOf(holder) },
  compressed: true,
  localized: true,
});

const shownTexts = z.strictObject({ name: z.optional(z.string()), description: z.optional(z.string()) });

/** A role with its permissions and the numbers of users and invitations that have it. */
export const roleView = z.strictObject({
  id,
  /** In the language that is asked for; the default name if the role has none in it. */
  name: z.string(),
  description: z.string(),
  /** What an edit of `name` and `description` replaces. */
  defaultName: z.string(),
  defaultDescription: z.string(),
  /** Name and description in other languages. */
  translations: z.strictObject({ en: z.optional(shownTexts), tr: z.optional(shownTexts) }),
  /** Built-in: read-only, has every permission. */
  system: z.boolean(),
  permissions: z.array(z.string()),
  /** The key of the operator's template that it follows; null for a role of the organization, and for one that it edited. */
  template: z.nullable(z.string()),
  userCount: z.number(),
  invitationCount: z.number(),
  updatedAt: instant,
});

const roles = "/organizations/:organizationId/roles";
const roleParams = z.extend(inOrganization, { roleId: id });
const permissions = list(permissionName, { max: [2000, "Choose 2,000 permissions at most."] });
/** May be empty; line breaks are not kept. */
export const roleDescription = z.union([z.literal(""), line(500)]);
const translatedTexts = z.strictObject({
  name: z.optional(line(100)),
  description: z.optional(roleDescription),
});
/** Name and description in other languages. */
export const translations = z.strictObject({
  en: z.optional(translatedTexts),
  tr: z.optional(translatedTexts),
});
/** With `all`, name and description are the default ones. */
const inLanguage = z.strictObject({ language: z.optional(languageChoice) });

export const listRoles = endpoint({
  method: "GET",
  path: roles,
  operationId: "listRoles",
  tag: "Roles",
  summary:
    "Roles in name order, the built-in one first, found by a part of their name: the default one or the one in the reader's language",
  params: inOrganization,
  query: z.extend(inLanguage, { query: z.optional(searchText), ...page }),
  success: { status: 200, body: listOf(roleView) },
  compressed: true,
  localized: true,
});

export const createRole = endpoint({
  method: "POST",
  path: roles,
  operationId: "createRole",
  tag: "Roles",
  summary: "Creates a role with permissions that the creator has",
  params: inOrganization,
  query: inLanguage,
  body: z.strictObject({
    name: line(100),
    description: z.optional(roleDescription),
    translations: z.optional(translations),
    permissions,
  }),
  success: { status: 201, body: roleView },
  versioned: true,
  idempotent: true,
  localized: true,
});

export const getRole = endpoint({
  method: "GET",
  path: `${roles}/:roleId`,
  operationId: "getRole",
  tag: "Roles",
  summary:
    "One role. Name and description are in one language: `language`, else the best of Accept-Language, else that of the " +
    "account; a role that has no texts in it has its default ones",
  params: roleParams,
  query: inLanguage,
  success: { status: 200, body: roleView },
  versioned: true,
  localized: true,
});

/** What editing a role would change, and for how many. */
export const roleChange = z.strictObject({
  gained: z.array(z.string()),
  lost: z.array(z.string()),
  users: z.number(),
  invitations: z.number(),
});

export const editRole = endpoint({
  method: "PATCH",
  path: `${roles}/:roleId`,
  operationId: "editRole",
  tag: "Roles",
  summary:
    "Changes a role. With preview=true it returns what would change and for how many, and changes nothing. `name` and " +
    "`description` are the default ones, whatever the language; `translations` replaces the texts in all other languages",
  params: roleParams,
  query: z.extend(inLanguage, { preview: z.optional(flag) }),
  body: z.strictObject({
    name: z.optional(line(100)),
    description: z.optional(roleDescription),
    translations: z.optional(translations),
    permissions: z.optional(permissions),
  }),
  success: { status: 200, body: z.union([roleView, roleChange]) },
  versioned: true,
  localized: true,
});

export const deleteRole = endpoint({
  method: "DELETE",
  path: `${roles}/:roleId`,
  operationId: "deleteRole",
  tag: "Roles",
  summary: "Deletes a role. A role in use needs a replacement for its users and invitations",
  params: roleParams,
  query: z.strictObject({ replacement: z.optional(id) }),
  success: { status: 204, body: null },
  versioned: true,
});

/** The texts of something in one language. */
interface Texts {
  readonly label: string;
  readonly description?: string | undefined;
}
/** One text for all languages, or one for each. */
export type LocalizedText = z.infer<typeof localizedText>;
/** A group of the catalogue, in one language. */
export type CatalogueGroup = Omit<z.infer<typeof catalogueGroup>, keyof Texts | "actions"> &
  Texts & { actions: CatalogueAction[] };
/** What a new catalogue would change. */
export type CatalogueChange = z.infer<typeof catalogueChange>;
/** One action of the catalogue, in one language. */
export type CatalogueAction = Omit<z.infer<typeof catalogueAction>, keyof Texts> & Texts;
/** A user with a permission. */
export type Holder = z.infer<typeof holder>;
/** A role with its permissions and counts. */
export type RoleView = z.infer<typeof roleView>;
/** What editing a role would change. */
export type RoleChange = z.infer<typeof roleChange>;
