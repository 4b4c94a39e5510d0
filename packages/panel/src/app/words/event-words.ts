/** What the audit log says, as people say it. Every action and field of the contract has words here. */
import type { ActorReference, AuditAction, AuditEvent, AuditField } from "@gatehouse/sdk/contract";
import type { I18n, MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

const actions: Readonly<Record<AuditAction, MessageDescriptor>> = {
  "access.refused": msg`Tried without permission`,
  "accounts.edited": msg`Account edited`,
  "accounts.password-changed": msg`Password changed`,
  "api-keys.created": msg`API key created`,
  "api-keys.revoked": msg`API key revoked`,
  "audit.exported": msg`Audit log exported`,
  "invitations.accepted": msg`Invitation accepted`,
  "invitations.link-copied": msg`Invitation link copied`,
  "invitations.replaced": msg`Invitation replaced`,
  "invitations.resent": msg`Invitation sent again`,
  "invitations.restored": msg`Invitation restored`,
  "invitations.revoked": msg`Invitation revoked`,
  "invitations.sent": msg`Invited`,
  "organizations.created": msg`Organization set up`,
  "organizations.edited": msg`Settings changed`,
  "organizations.mail-tested": msg`Mail tested`,
  "panels.consented": msg`Agreed to continue to a panel`,
  "panels.signed-in": msg`Signed in to a panel`,
  "panels.signed-out": msg`Signed out of a panel`,
  "permissions.changed": msg`Permissions of the panel changed`,
  "roles.created": msg`Role created`,
  "roles.deleted": msg`Role deleted`,
  "roles.edited": msg`Role edited`,
  "sessions.ended": msg`Sessions ended`,
  "sessions.sign-in-failed": msg`Sign-in failed`,
  "sessions.signed-in": msg`Signed in`,
  "sessions.signed-out": msg`Signed out`,
  "user-jobs.started": msg`Change of several users started`,
  "user-jobs.stopped": msg`Change of several users stopped`,
  "users.edited": msg`Profile edited`,
  "users.exported": msg`Users exported`,
  "users.joined": msg`Joined the organization`,
  "users.removed": msg`Removed`,
  "users.restored": msg`Access restored`,
  "users.roles-changed": msg`Roles changed`,
  "users.suspended": msg({ message: "Suspended", context: "event" }),
};

const fields: Readonly<Record<AuditField, MessageDescriptor>> = {
  action: msg`Action`,
  actor: msg`Who did it`,
  allowedEmailDomains: msg`Allowed e-mail domains`,
  appeared: msg`New permissions`,
  changed: msg`Changed permissions`,
  description: msg`Description`,
  disappeared: msg`Removed permissions`,
  email: msg`E-mail`,
  expiresAt: msg`Expires`,
  externalId: msg`Id in another system`,
  format: msg`Format`,
  from: msg`From`,
  invitationCount: msg`Invitations with it`,
  invitationExpiresInDays: msg`Days until an invitation expires`,
  language: msg`Language`,
  name: msg`Name`,
  owner: msg`Owner`,
  panelOrigins: msg`Addresses of panels`,
  permissions: msg`Permissions`,
  phone: msg`Phone`,
  replacement: msg`Replaced by`,
  result: msg`Result`,
  roles: msg`Roles`,
  sessions: msg`Sessions`,
  status: msg`Status`,
  target: msg`What it was done to`,
  to: msg`To`,
  userCount: msg`Users with it`,
  users: msg`Users`,
};

const values: Readonly<Record<string, MessageDescriptor>> = {
  "status active": msg`Active`,
  "status suspended": msg`Suspended`,
  "action add-role": msg`Add a role`,
  "action remove-role": msg`Remove a role`,
  "action suspend": msg`Suspend`,
  "action restore": msg`Restore access`,
  "language en": msg`English`,
  "language tr": msg`Turkish`,
  "result sent": msg`Taken by the mail server`,
  "result written": msg`Written into a file`,
  "result rejected": msg`Refused by the mail server`,
  "result unavailable": msg`Not handed over`,
};

/** What happened. An action that has no words, recorded by another version, is spelled out from its name. */
export function actionInWords(action: string, i18n: I18n): string {
  const words = Object.hasOwn(actions, action) ? actions[action as AuditAction] : null;
  return words === null ? spellOut(action.split(".").at(-1) ?? action) : i18n._(words);
}

const programs: Readonly<Record<string, MessageDescriptor>> = {
  "Set-up": msg`Set-up`,
  "Command line": msg`Command line`,
};

/** Who or what did it: a person by name, a program by what it is. */
export function actorInWords({ type, name }: ActorReference, i18n: I18n): string {
  if (type === "api-key") return i18n._(msg`API key ${name}`);
  const program = type === "system" && Object.hasOwn(programs, name) ? programs[name] : undefined;
  return program === undefined ? name : i18n._(program);
}

/** One changed field: its name, what it was, what it is; null where there was or is nothing. */
export interface ChangeInWords {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** A change in words. `permissionName` gives the words of a permission. */
export function changeInWords(
  { field, before, after }: AuditEvent["changes"][number],
  i18n: I18n,
  permissionName: (permission: string) => string = (permission) => permission,
): ChangeInWords {
  const words = Object.hasOwn(fields, field) ? fields[field as AuditField] : null;
  const inWords = (value: unknown) => valueInWords(field, value, i18n, permissionName);
  return {
    field: words === null ? spellOut(field) : i18n._(words),
    before: inWords(before),
    after: inWords(after),
  };
}

const listsPermissions: ReadonlySet<string> = new Set(["permissions", "appeared", "changed", "disappeared"]);

function valueInWords(
  field: string,
  value: unknown,
  i18n: I18n,
  permissionName: (permission: string) => string,
): string | null {
  if (value === null || value === undefined || value === "") return null;
  if (Array.isArray(value)) {
    const parts = value.map((part) =>
      listsPermissions.has(field) ? permissionName(String(part)) : String(part),
    );
    return parts.length === 0 ? null : new Intl.ListFormat(i18n.locale).format(parts);
  }
  if (typeof value === "number") return new Intl.NumberFormat(i18n.locale).format(value);
  const known = values[`${field} ${String(value)}`];
  if (known !== undefined) return i18n._(known);
  const instant =
    field === "expiresAt" || field === "from" || field === "to" ? Date.parse(String(value)) : Number.NaN;
  if (!Number.isNaN(instant))
    return new Intl.DateTimeFormat(i18n.locale, { dateStyle: "medium", timeStyle: "short" }).format(instant);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** "rolesChanged" and "roles-changed" alike become "Roles changed". */
function spellOut(name: string): string {
  const text = name
    .replace(/(?<=[a-z])(?=[A-Z])/g, "-")
    .replaceAll("-", " ")
    .toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
