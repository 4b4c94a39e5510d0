/** Localized labels for every action and field of the audit log. */

import type { ActorReference, AuditAction, AuditEvent, AuditField } from "@gatehouse/sdk/contract";
import type { I18n, MessageDescriptor } from "@lingui/core";
import { msg, plural } from "@lingui/core/macro";
import { absoluteTime } from "../../ui/data-display/relative-time.ts";

const actionLabels: Readonly<Record<AuditAction, MessageDescriptor>> = {
  "access.refused": msg`Attempted without permission`,
  "accounts.edited": msg`Account edited`,
  "accounts.email-change-requested": msg`Change of address requested`,
  "accounts.email-change-undone": msg`Change of address undone`,
  "accounts.email-changed": msg`Address changed`,
  "accounts.passkey-added": msg`Passkey added`,
  "accounts.passkey-removed": msg`Passkey removed`,
  "accounts.password-changed": msg`Password changed`,
  "accounts.password-reset": msg`Password reset`,
  "accounts.recovery-code-used": msg`Recovery code used`,
  "accounts.recovery-codes-created": msg`Recovery codes created`,
  "accounts.totp-added": msg`Authenticator app added`,
  "accounts.secured": msg`Reported a sign-in; sessions and password ended`,
  "accounts.totp-replaced": msg`Authenticator app changed`,
  "accounts.totp-removed": msg`Authenticator app removed`,
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
  "organizations.backup-restored": msg`Restored from a backup`,
  "organizations.created": msg`Organization set up`,
  "organizations.deleted": msg`Organization deleted`,
  "organizations.edited": msg`Settings changed`,
  "organizations.limits-changed": msg`Limits changed`,
  "organizations.mail-tested": msg`E-mail tested`,
  "organizations.restored": msg`Organization restored`,
  "organizations.resumed": msg`Organization active again`,
  "organizations.suspended": msg`Organization suspended`,
  "organizations.two-factor-reminders-sent": msg`Two-factor reminders sent`,
  "panels.consented": msg`Agreed to continue to a panel`,
  "panels.signed-in": msg`Signed in to a panel`,
  "panels.signed-out": msg`Signed out of a panel`,
  "permissions.changed": msg`Panel permissions changed`,
  "roles.created": msg`Role created`,
  "roles.deleted": msg`Role deleted`,
  "roles.edited": msg`Role edited`,
  "sessions.ended": msg`Sessions ended`,
  "sessions.sign-in-failed": msg`Sign-in failed`,
  "sessions.signed-in": msg`Signed in`,
  "sessions.signed-out": msg`Signed out`,
  "user-imports.started": msg`Import started`,
  "user-imports.stopped": msg`Import stopped`,
  "user-imports.undone": msg`Import undone`,
  "user-jobs.started": msg`Bulk user change started`,
  "user-jobs.stopped": msg`Bulk user change stopped`,
  "users.created": msg`User created`,
  "users.edited": msg`Profile edited`,
  "users.exported": msg`Users exported`,
  "users.joined": msg`Joined the organization`,
  "users.password-reset-link-created": msg`Password reset link created`,
  "users.password-reset-sent": msg`Password reset sent`,
  "users.removed": msg`Removed`,
  "users.restored": msg`Access restored`,
  "users.roles-changed": msg`Roles changed`,
  "users.second-factors-removed": msg`Second factors removed`,
  "users.suspended": msg({ message: "Suspended", context: "event" }),
  "users.two-factor-reminder-sent": msg`Two-factor reminder sent`,
};

const fieldLabels: Readonly<Record<AuditField, MessageDescriptor>> = {
  action: msg`Action`,
  actor: msg`Actor`,
  allowedEmailDomains: msg`Allowed e-mail domains`,
  allowedNetworks: msg`Allowed networks`,
  appeared: msg`New permissions`,
  backupMadeAt: msg`Backup made`,
  changed: msg`Changed permissions`,
  defaultPanelOrigin: msg`Default panel`,
  description: msg`Description`,
  "description.en": msg`Description in English`,
  "description.tr": msg`Description in Turkish`,
  disappeared: msg`Removed permissions`,
  email: msg`E-mail`,
  expiresAt: msg`Expires`,
  externalId: msg`External ID`,
  format: msg`Format`,
  from: msg`From`,
  importKind: msg`Imported as`,
  invitationCount: msg`Invitations with this role`,
  invitationExpiresInDays: msg`Days until an invitation expires`,
  language: msg`Language`,
  name: msg`Name`,
  "name.en": msg`Name in English`,
  "name.tr": msg`Name in Turkish`,
  owner: msg`Owner`,
  panelOrigins: msg`Panel addresses`,
  passkey: msg`Passkey`,
  passwordMaxAgeDays: msg`Days until a password has to be changed`,
  permissions: msg`Permissions`,
  phone: msg`Phone`,
  query: msg`Search`,
  recoveryCodes: msg`Recovery codes`,
  replacement: msg`Replaced by`,
  requireTwoFactor: msg`Two-factor authentication required`,
  restorableUntil: msg`Restorable until`,
  result: msg`Result`,
  roleEnds: msg`Ends of roles`,
  roles: msg`Roles`,
  rows: msg`Rows`,
  sessionIdleMinutes: msg`Minutes until an unused session ends`,
  sessionMaxDays: msg`Days until people sign in again`,
  sessions: msg`Sessions`,
  status: msg`Status`,
  target: msg`Target`,
  template: msg`Role from the panel`,
  to: msg`To`,
  twoFactorGraceDays: msg`Days to set up two-factor authentication`,
  userCount: msg`Users with this role`,
  userLimit: msg`Limit of users`,
  users: msg`Users`,
};

const valueLabels: Readonly<Record<string, MessageDescriptor>> = {
  "status active": msg`Active`,
  "status suspended": msg`Suspended`,
  "importKind users": msg`Users`,
  "importKind invitations": msg`Invitations`,
  "action add-role": msg`Add a role`,
  "action remove-role": msg`Remove a role`,
  "action suspend": msg`Suspend`,
  "action restore": msg`Restore access`,
  "requireTwoFactor false": msg`No`,
  "requireTwoFactor true": msg`Yes`,
  "language en": msg`English`,
  "language tr": msg`Turkish`,
  "result sent": msg`Accepted by the mail server`,
  "result written": msg`Saved to a file`,
  "result rejected": msg`Rejected by the mail server`,
  "result unavailable": msg`Not delivered`,
};

/** Formats an action. An unknown one, recorded by another version, is derived from its name. */
export function formatAction(action: string, i18n: I18n): string {
  const words = Object.hasOwn(actionLabels, action) ? actionLabels[action as AuditAction] : null;
  return words === null ? humanize(action.split(".").at(-1) ?? action) : i18n._(words);
}

const programLabels: Readonly<Record<string, MessageDescriptor>> = {
  "Set-up": msg`Set-up`,
  "Command line": msg`Command line`,
};

/** Formats the actor: a user by name, a program by its kind. */
export function formatActor({ type, name }: ActorReference, i18n: I18n): string {
  if (type === "api-key") return i18n._(msg`API key ${name}`);
  const program = type === "system" && Object.hasOwn(programLabels, name) ? programLabels[name] : undefined;
  return program === undefined ? name : i18n._(program);
}

/** A changed field with both values; null where there is none. */
interface FormattedChange {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Formats a change. `permissionName` returns the label of a permission. */
export function formatChange(
  { field, before, after }: AuditEvent["changes"][number],
  i18n: I18n,
  permissionName: (permission: string) => string = (permission) => permission,
): FormattedChange {
  const words = Object.hasOwn(fieldLabels, field) ? fieldLabels[field as AuditField] : null;
  const inWords = (value: unknown) => formatValue(field, value, i18n, permissionName);
  return {
    field: words === null ? humanize(field) : i18n._(words),
    before: inWords(before),
    after: inWords(after),
  };
}

const timeFields: ReadonlySet<string> = new Set(["backupMadeAt", "expiresAt", "from", "to"]);
const permissionListFields: ReadonlySet<string> = new Set([
  "permissions",
  "appeared",
  "changed",
  "disappeared",
]);

function formatValue(
  field: string,
  value: unknown,
  i18n: I18n,
  permissionName: (permission: string) => string,
): string | null {
  if (value === null || value === undefined || value === "") return null;
  if (Array.isArray(value)) {
    const parts = value.map((part: unknown) => {
      if (field === "roleEnds") return formatRoleEnd(part, i18n);
      return permissionListFields.has(field) ? permissionName(String(part)) : String(part);
    });
    return parts.length === 0 ? null : new Intl.ListFormat(i18n.locale).format(parts);
  }
  if (typeof value === "number") return new Intl.NumberFormat(i18n.locale).format(value);
  const known = valueLabels[`${field} ${String(value)}`];
  if (known !== undefined) return i18n._(known);
  const instant = timeFields.has(field) ? Date.parse(String(value)) : Number.NaN;
  if (!Number.isNaN(instant)) return absoluteTime(new Date(instant), i18n.locale);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** "Marketer until 3 May 2027, 10:00 (UTC+3)", or "Marketer for 30 days from joining". */
function formatRoleEnd(value: unknown, i18n: I18n): string {
  const { role, expiresAt, forDays } = value as { role?: string; expiresAt?: string; forDays?: number };
  const name = String(role);
  if (forDays !== undefined) {
    return i18n._(
      msg`${plural(forDays, { one: `${name} for # day from joining`, other: `${name} for # days from joining` })}`,
    );
  }
  const end = absoluteTime(new Date(String(expiresAt)), i18n.locale);
  return i18n._(msg`${name} until ${end}`);
}

/** "rolesChanged" and "roles-changed" become "Roles changed". */
export function humanize(name: string): string {
  const text = name
    .replace(/(?<=[a-z])(?=[A-Z])/g, "-")
    .replaceAll("-", " ")
    .toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Entries added to and removed from a list. */
export interface ListDifference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** The difference of two lists; null where a value is not a list or is empty. */
export function diffList({ before, after }: AuditEvent["changes"][number]): ListDifference | null {
  if (!Array.isArray(before) || !Array.isArray(after)) return null;
  if (before.length === 0 || after.length === 0) return null;
  if ([...before, ...after].some((entry) => typeof entry === "object")) return null;
  const [old, current] = [before.map(String), after.map(String)];
  return {
    added: current.filter((entry) => !old.includes(entry)),
    removed: old.filter((entry) => !current.includes(entry)),
  };
}
