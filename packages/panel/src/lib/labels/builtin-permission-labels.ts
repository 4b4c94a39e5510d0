/** Localized labels of the built-in permissions. Other groups keep the labels of their catalogue. */
import type { CatalogueGroup, OwnGroup, OwnPermission } from "@gatehouse/sdk/contract";
import type { I18n, MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

const groups: Readonly<Record<OwnGroup, MessageDescriptor>> = {
  users: msg`Users`,
  roles: msg`Roles`,
  invitations: msg`Invitations`,
  audit: msg`Audit log`,
  "api-keys": msg`API keys`,
  organization: msg`Organization`,
};

type LabelAndDescription = readonly [label: MessageDescriptor, description: MessageDescriptor];

const permissions: Readonly<Record<OwnPermission, LabelAndDescription>> = {
  "users:view": [
    msg({ message: "View", context: "permission" }),
    msg`See who has access, and with which roles`,
  ],
  "users:invite": [msg({ message: "Invite", context: "permission" }), msg`Invite people by e-mail`],
  "users:create": [
    msg({ message: "Create", context: "permission" }),
    msg`Create users who sign in elsewhere, without an invitation`,
  ],
  "users:edit": [
    msg({ message: "Edit", context: "permission" }),
    msg`Change a person’s name and contact details`,
  ],
  "users:suspend": [
    msg({ message: "Suspend", context: "permission" }),
    msg`Suspend and restore users, end their sessions`,
  ],
  "users:remove": [
    msg({ message: "Remove", context: "permission" }),
    msg`Remove users from the organization`,
  ],
  "users:export": [
    msg({ message: "Export", context: "permission" }),
    msg`Download all users’ names and addresses as a file`,
  ],
  "roles:view": [msg({ message: "View", context: "permission" }), msg`See the roles and their permissions`],
  "roles:create": [
    msg({ message: "Create", context: "permission" }),
    msg`Create roles limited to your own permissions`,
  ],
  "roles:edit": [
    msg({ message: "Edit", context: "permission" }),
    msg`Change a role’s permissions for everyone who has it`,
  ],
  "roles:delete": [
    msg({ message: "Delete", context: "permission" }),
    msg`Delete a role and replace it with another`,
  ],
  "roles:assign": [
    msg({ message: "Assign", context: "permission" }),
    msg`Give roles to users and remove them`,
  ],
  "invitations:view": [
    msg({ message: "View", context: "permission" }),
    msg`See who is invited and whether the e-mail was delivered`,
  ],
  "invitations:send": [
    msg({ message: "Send", context: "permission" }),
    msg`Send an invitation again, or copy its link`,
  ],
  "invitations:revoke": [msg({ message: "Revoke", context: "permission" }), msg`Revoke an invitation`],
  "audit:view": [msg({ message: "View", context: "permission" }), msg`See who changed what, and when`],
  "audit:export": [msg({ message: "Export", context: "permission" }), msg`Download the audit log as a file`],
  "api-keys:view": [
    msg({ message: "View", context: "permission" }),
    msg`See API keys and when each was last used`,
  ],
  "api-keys:create": [
    msg({ message: "Create", context: "permission" }),
    msg`Create API keys limited to your own permissions`,
  ],
  "api-keys:revoke": [msg({ message: "Revoke", context: "permission" }), msg`Revoke API keys`],
  "organization:view": [
    msg({ message: "View", context: "permission" }),
    msg`See the organization’s settings`,
  ],
  "organization:edit": [
    msg({ message: "Edit", context: "permission" }),
    msg`Change the organization’s name and settings`,
  ],
};

/** Localizes the built-in groups of a catalogue. */
export function translateBuiltinGroups(
  catalogue: readonly CatalogueGroup[],
  i18n: I18n,
): readonly CatalogueGroup[] {
  return catalogue.map((group) => {
    const label = Object.hasOwn(groups, group.key) ? groups[group.key as OwnGroup] : null;
    if (label === null) return group;
    return {
      ...group,
      label: i18n._(label),
      actions: group.actions.map((action) => translateAction(action, i18n)),
    };
  });
}

function translateAction(
  action: CatalogueGroup["actions"][number],
  i18n: I18n,
): CatalogueGroup["actions"][number] {
  const known = Object.hasOwn(permissions, action.permission);
  if (!known) return action;
  const [label, description] = permissions[action.permission as OwnPermission];
  return { ...action, label: i18n._(label), description: i18n._(description) };
}
