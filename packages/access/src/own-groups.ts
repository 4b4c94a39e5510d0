/** Gatehouse's own groups: what may be done in Gatehouse itself. They are part of every organization's catalogue. */
import { type Catalogue, type CatalogueGroup, compileCatalogue } from "./compile-catalogue.ts";
import { CatalogueError } from "./errors.ts";
import { type OwnGroup, ownGroupKeys, ownGroupRefusal } from "./own-group-keys.ts";
import { readDefinition } from "./read-definition.ts";

const groups = {
  users: {
    label: "Users",
    description: "The people who may enter the panel",
    actions: {
      view: { description: "See who has access, and with which roles" },
      invite: {
        description: "Offer access to somebody by e-mail",
        implies: ["view", "roles:view", "invitations:view"],
      },
      edit: { description: "Change a person's name and contact details", implies: ["view"] },
      suspend: {
        description: "Shut somebody out for a time, let them in again, end their sessions",
        implies: ["view"],
      },
      remove: { description: "Take a person out of the organization", implies: ["view"], sensitive: true },
      export: {
        description: "Download everybody's names and addresses as a file",
        implies: ["view"],
        sensitive: true,
      },
    },
  },
  roles: {
    label: "Roles",
    description: "Named sets of permissions",
    actions: {
      view: { description: "See the roles and what each of them may do" },
      create: { description: "Make a role, up to what one may do oneself", implies: ["view"] },
      edit: {
        description: "Change what a role may do, for everybody who holds it",
        implies: ["view"],
        sensitive: true,
      },
      delete: {
        description: "Delete a role and put another in its place",
        implies: ["view"],
        sensitive: true,
      },
      assign: {
        description: "Give people roles and take roles from them",
        implies: ["view", "users:view"],
        sensitive: true,
      },
    },
  },
  invitations: {
    label: "Invitations",
    description: "Offers of access that are on their way",
    actions: {
      view: { description: "See who is invited and whether the mail arrived" },
      send: { description: "Send an invitation again, or copy its link", implies: ["view"] },
      revoke: { description: "Withdraw an invitation", implies: ["view"] },
    },
  },
  audit: {
    label: "Audit log",
    description: "The record of every change",
    actions: {
      view: { description: "See who changed what, and when" },
      export: { description: "Download the record as a file", implies: ["view"], sensitive: true },
    },
  },
  "api-keys": {
    label: "API keys",
    description: "Access for programs",
    actions: {
      view: { description: "See which keys there are and when each was last used" },
      create: {
        description: "Make a key that may do some of what one may do oneself",
        implies: ["view"],
        sensitive: true,
      },
      revoke: { description: "Make a key useless at once", implies: ["view"] },
    },
  },
  organization: {
    label: "Organization",
    description: "Settings of the organization itself",
    actions: {
      view: { description: "See the organization's settings" },
      edit: {
        description: "Change the organization's name and settings",
        implies: ["view"],
        sensitive: true,
      },
    },
  },
  webhooks: {
    label: "Webhooks",
    description: "Other systems that are told of every change",
    actions: {
      view: { description: "See which systems are told, and how it went" },
      manage: {
        description: "Decide which systems are told of which changes",
        implies: ["view"],
        sensitive: true,
      },
    },
  },
  "business-units": {
    label: "Business units",
    description: "Brands, regions and other divisions",
    actions: {
      view: { description: "See the business units" },
      manage: { description: "Add, rename and delete business units", implies: ["view"] },
    },
  },
} as const;

/** What may be done in Gatehouse itself: `"users:view" | "users:invite" | …`. */
export type OwnPermission = {
  [G in OwnGroup]: `${G}:${keyof (typeof groups)[G]["actions"] & string}`;
}[OwnGroup];

/** Gatehouse's own groups as a catalogue by itself. */
export const ownCatalogue: Catalogue<OwnPermission> = compileCatalogue(
  readDefinition(groups, {
    reserved: [],
    mostPermissions: Number.POSITIVE_INFINITY,
  }) as CatalogueGroup<OwnPermission>[],
);

/**
 * The catalogue that checks run on: a panel's groups, then Gatehouse's own. One that is whole already comes back as it
 * is.
 * @throws CatalogueError when a group has the key of one of Gatehouse's own
 */
export function withOwnGroups<P extends string>(catalogue: Catalogue<P>): Catalogue<P | OwnPermission> {
  if (ownCatalogue.permissions.every((permission) => catalogue.positions.has(permission))) return catalogue;
  const taken = catalogue.definition.find((group) => isOwnGroup(group.key));
  if (taken !== undefined) throw new CatalogueError(taken.key, ownGroupRefusal(taken.key));
  return compileCatalogue<P | OwnPermission>([...catalogue.definition, ...ownCatalogue.definition]);
}

/** Whether a group's key is one of Gatehouse's own. */
export function isOwnGroup(key: string): key is OwnGroup {
  return (ownGroupKeys as readonly string[]).includes(key);
}
