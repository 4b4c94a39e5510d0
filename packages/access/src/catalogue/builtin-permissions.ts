/** Gatehouse's built-in groups: permissions for Gatehouse itself. They are part of every organization's catalogue. */
import { type Catalogue, type CatalogueGroup, compileCatalogue } from "../permissions/compile-catalogue.ts";
import { CatalogueError } from "../permissions/errors.ts";
import { isReservedGroup, reservedGroupMessage } from "../permissions/names.ts";
import { readDefinition } from "./read-definition.ts";

const groups = {
  users: {
    label: "Users",
    description: "People with access to the panel",
    actions: {
      view: { description: "See who has access, and their roles" },
      invite: {
        description: "Invite people by e-mail",
        implies: ["view", "roles:view", "invitations:view"],
      },
      create: {
        description: "Create users who sign in elsewhere, without an invitation",
        implies: ["view", "roles:view"],
        sensitive: true,
      },
      edit: { description: "Change a person's name and contact details", implies: ["view"] },
      suspend: {
        description: "Suspend and restore users, end their sessions",
        implies: ["view"],
      },
      "reset-credentials": {
        description: "Help users sign in again: send a link to set a new password",
        implies: ["view"],
        sensitive: true,
      },
      remove: { description: "Remove a person from the organization", implies: ["view"], sensitive: true },
      export: {
        description: "Download all names and e-mail addresses as a file",
        implies: ["view"],
        sensitive: true,
      },
    },
  },
  roles: {
    label: "Roles",
    description: "Named sets of permissions",
    actions: {
      view: { description: "See the roles and their permissions" },
      create: { description: "Create roles limited to your own permissions", implies: ["view"] },
      edit: {
        description: "Change a role's permissions for everyone who has it",
        implies: ["view"],
        sensitive: true,
      },
      delete: {
        description: "Delete a role and replace it with another",
        implies: ["view"],
        sensitive: true,
      },
      assign: {
        description: "Add and remove people's roles",
        implies: ["view", "users:view"],
        sensitive: true,
      },
    },
  },
  invitations: {
    label: "Invitations",
    description: "Invitations to join the organization",
    actions: {
      view: { description: "See who is invited and whether the e-mail was delivered" },
      send: { description: "Send an invitation again, or copy its link", implies: ["view"] },
      revoke: { description: "Revoke an invitation", implies: ["view"] },
    },
  },
  audit: {
    label: "Audit log",
    description: "The record of every change",
    actions: {
      view: { description: "See who changed what, and when" },
      export: { description: "Download the audit log as a file", implies: ["view"], sensitive: true },
    },
  },
  "api-keys": {
    label: "API keys",
    description: "Access for programs",
    actions: {
      view: { description: "See the keys and when each was last used" },
      create: {
        description: "Create keys limited to your own permissions",
        implies: ["view"],
        sensitive: true,
      },
      revoke: { description: "Revoke a key immediately", implies: ["view"] },
    },
  },
  organization: {
    label: "Organization",
    description: "Settings of the organization",
    actions: {
      view: { description: "See the organization's settings" },
      edit: {
        description: "Change the organization's name and settings",
        implies: ["view"],
        sensitive: true,
      },
    },
  },
} as const;

/** The key of a built-in group. */
export type OwnGroup = keyof typeof groups;

/** The built-in permissions: `"users:view" | "users:invite" | …`. */
export type OwnPermission = {
  [G in OwnGroup]: `${G}:${keyof (typeof groups)[G]["actions"] & string}`;
}[OwnGroup];

/** The catalogue of the built-in groups alone. */
export const ownCatalogue: Catalogue<OwnPermission> = compileCatalogue(
  readDefinition(groups, {
    reserved: [],
    maxPermissions: Number.POSITIVE_INFINITY,
  }) as CatalogueGroup<OwnPermission>[],
);

/**
 * Adds Gatehouse's built-in groups to a panel's catalogue. A catalogue that already has them is returned unchanged.
 * @throws CatalogueError when a group has a reserved key
 */
export function withOwnGroups<P extends string>(catalogue: Catalogue<P>): Catalogue<P | OwnPermission> {
  if (ownCatalogue.permissions.every((permission) => catalogue.positions.has(permission))) return catalogue;
  const taken = catalogue.definition.find((group) => isReservedGroup(group.key));
  if (taken !== undefined) throw new CatalogueError(taken.key, reservedGroupMessage(taken.key));
  return compileCatalogue<P | OwnPermission>([...catalogue.definition, ...ownCatalogue.definition]);
}
