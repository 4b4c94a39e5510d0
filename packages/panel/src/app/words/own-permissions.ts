/** Gatehouse's own permissions in the reader's language. A panel's own groups come in the words of its catalogue. */
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
  webhooks: msg`Webhooks`,
  "business-units": msg`Business units`,
};

type Words = readonly [label: MessageDescriptor, description: MessageDescriptor];

const permissions: Readonly<Record<OwnPermission, Words>> = {
  "users:view": [
    msg({ message: "View", context: "permission" }),
    msg`See who has access, and with which roles`,
  ],
  "users:invite": [
    msg({ message: "Invite", context: "permission" }),
    msg`Offer access to somebody by e-mail`,
  ],
  "users:edit": [
    msg({ message: "Edit", context: "permission" }),
    msg`Change a person’s name and contact details`,
  ],
  "users:suspend": [
    msg({ message: "Suspend", context: "permission" }),
    msg`Shut somebody out for a time, let them in again, end their sessions`,
  ],
  "users:remove": [
    msg({ message: "Remove", context: "permission" }),
    msg`Take a person out of the organization`,
  ],
  "users:export": [
    msg({ message: "Export", context: "permission" }),
    msg`Download everybody’s names and addresses as a file`,
  ],
  "roles:view": [
    msg({ message: "View", context: "permission" }),
    msg`See the roles and what each of them may do`,
  ],
  "roles:create": [
    msg({ message: "Create", context: "permission" }),
    msg`Make a role, up to what one may do oneself`,
  ],
  "roles:edit": [
    msg({ message: "Edit", context: "permission" }),
    msg`Change what a role may do, for everybody who holds it`,
  ],
  "roles:delete": [
    msg({ message: "Delete", context: "permission" }),
    msg`Delete a role and put another in its place`,
  ],
  "roles:assign": [
    msg({ message: "Assign", context: "permission" }),
    msg`Give people roles and take roles from them`,
  ],
  "invitations:view": [
    msg({ message: "View", context: "permission" }),
    msg`See who is invited and whether the mail arrived`,
  ],
  "invitations:send": [
    msg({ message: "Send", context: "permission" }),
    msg`Send an invitation again, or copy its link`,
  ],
  "invitations:revoke": [msg({ message: "Revoke", context: "permission" }), msg`Withdraw an invitation`],
  "audit:view": [msg({ message: "View", context: "permission" }), msg`See who changed what, and when`],
  "audit:export": [msg({ message: "Export", context: "permission" }), msg`Download the record as a file`],
  "api-keys:view": [
    msg({ message: "View", context: "permission" }),
    msg`See which keys there are and when each was last used`,
  ],
  "api-keys:create": [
    msg({ message: "Create", context: "permission" }),
    msg`Make a key that may do some of what one may do oneself`,
  ],
  "api-keys:revoke": [msg({ message: "Revoke", context: "permission" }), msg`Make a key useless at once`],
  "organization:view": [
    msg({ message: "View", context: "permission" }),
    msg`See the organization’s settings`,
  ],
  "organization:edit": [
    msg({ message: "Edit", context: "permission" }),
    msg`Change the organization’s name and settings`,
  ],
  "webhooks:view": [
    msg({ message: "View", context: "permission" }),
    msg`See which systems are told, and how it went`,
  ],
  "webhooks:manage": [
    msg({ message: "Manage", context: "permission" }),
    msg`Decide which systems are told of which changes`,
  ],
  "business-units:view": [msg({ message: "View", context: "permission" }), msg`See the business units`],
  "business-units:manage": [
    msg({ message: "Manage", context: "permission" }),
    msg`Add, rename and delete business units`,
  ],
};

/** The catalogue with Gatehouse's own groups in the reader's words. */
export function translateOwnGroups(
  catalogue: readonly CatalogueGroup[],
  i18n: I18n,
): readonly CatalogueGroup[] {
  return catalogue.map((group) => {
    const label = Object.hasOwn(groups, group.key) ? groups[group.key as OwnGroup] : null;
    if (label === null) return group;
    return {
      ...group,
      label: i18n._(label),
      actions: group.actions.map((action) => translate(action, i18n)),
    };
  });
}

function translate(action: CatalogueGroup["actions"][number], i18n: I18n): CatalogueGroup["actions"][number] {
  const known = Object.hasOwn(permissions, action.permission);
  if (!known) return action;
  const [label, description] = permissions[action.permission as OwnPermission];
  return { ...action, label: i18n._(label), description: i18n._(description) };
}
