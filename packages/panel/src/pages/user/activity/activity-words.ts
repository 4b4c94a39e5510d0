import type { AuditEvent } from "@gatehouse/sdk/contract";
import type { I18n, MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

const actions: Readonly<Record<string, MessageDescriptor>> = {
  "users.joined": msg`Joined the organization`,
  "users.edited": msg`Profile edited`,
  "users.roles-changed": msg`Roles changed`,
  "users.suspended": msg`Suspended`,
  "users.restored": msg`Access restored`,
  "users.removed": msg`Removed`,
  "sessions.ended": msg`Signed out by a manager`,
};

const fields: Readonly<Record<string, MessageDescriptor>> = {
  name: msg`Name`,
  phone: msg`Phone`,
  externalId: msg`Id in another system`,
  roles: msg`Roles`,
  status: msg`Status`,
};

const statuses: Readonly<Record<string, MessageDescriptor>> = {
  active: msg`Active`,
  suspended: msg`Suspended`,
};

/** What happened, as people say it. An action without words of its own is spelled out from its name. */
export function actionInWords(action: string, i18n: I18n): string {
  const words = actions[action];
  return words === undefined ? spellOut(action.split(".").at(-1) ?? action) : i18n._(words);
}

/** One changed field: its name, what it was, what it is. Null for what nobody reads, such as ids. */
export function changeInWords(
  change: AuditEvent["changes"][number],
  i18n: I18n,
): { readonly field: string; readonly before: string; readonly after: string } | null {
  const words = fields[change.field];
  if (words === undefined) return null;
  return {
    field: i18n._(words),
    before: valueInWords(change.before, i18n),
    after: valueInWords(change.after, i18n),
  };
}

function valueInWords(value: unknown, i18n: I18n): string {
  if (value === null || value === undefined || value === "") return i18n._(msg`nothing`);
  if (Array.isArray(value))
    return value.length === 0
      ? i18n._(msg`nothing`)
      : new Intl.ListFormat(i18n.locale).format(value.map(String));
  const status = typeof value === "string" ? statuses[value] : undefined;
  return status === undefined ? String(value) : i18n._(status);
}

function spellOut(name: string): string {
  const text = name.replaceAll("-", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
