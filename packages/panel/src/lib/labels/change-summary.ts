/** Short texts about audit events: what changed, and the kind of a target. */
import type { AuditEvent } from "@gatehouse/sdk/contract";
import type { I18n, MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { diffList, formatChange, humanize } from "./event-labels.ts";

const maxEntries = 3;

/**
 * What an event changed, on one line: "Roles: + Marketer, − Viewer · Phone: 555 → 556". Long lists are shortened: "+ A, + B, + C
 * and 12 more".
 */
export function summarizeChanges(
  changes: AuditEvent["changes"],
  i18n: I18n,
  permissionName?: (permission: string) => string,
): string {
  return changes
    .map((change) => summarizeChange(change, i18n, permissionName))
    .filter((text) => text !== "")
    .join(" · ");
}

function summarizeChange(
  change: AuditEvent["changes"][number],
  i18n: I18n,
  permissionName: (permission: string) => string = (permission) => permission,
): string {
  const { field, before, after } = formatChange(change, i18n, permissionName);
  const difference = diffList(change);
  if (difference !== null) {
    const name = change.field === "permissions" ? permissionName : String;
    const entries = [
      ...difference.added.map((entry) => `+ ${name(entry)}`),
      ...difference.removed.map((entry) => `− ${name(entry)}`),
    ];
    return entries.length === 0 ? "" : `${field}: ${shorten(entries, i18n)}`;
  }
  if (before === null && after === null) return "";
  if (Array.isArray(change.after) && before === null && change.after.length > maxEntries) {
    const parts = change.after.map((entry) =>
      change.field === "permissions" ? permissionName(String(entry)) : String(entry),
    );
    return `${field}: ${shorten(parts, i18n)}`;
  }
  if (before === null) return `${field}: ${after ?? ""}`;
  return `${field}: ${before} → ${after ?? i18n._(msg`nothing`)}`;
}

function shorten(entries: readonly string[], i18n: I18n): string {
  const shown = entries.slice(0, maxEntries).join(", ");
  const more = i18n.number(entries.length - maxEntries);
  return entries.length > maxEntries ? i18n._(msg`${shown} and ${more} more`) : shown;
}

const targetLabels: Readonly<Record<string, MessageDescriptor>> = {
  account: msg`Account`,
  "api-key": msg`API key`,
  invitation: msg`Invitation`,
  organization: msg`Organization`,
  panel: msg`Panel`,
  role: msg`Role`,
  user: msg`User`,
  "user-job": msg`Bulk user change`,
};

/** The kind of a target: "User". */
export function formatTargetType(type: string, i18n: I18n): string {
  const label = Object.hasOwn(targetLabels, type) ? targetLabels[type] : undefined;
  return label === undefined ? humanize(type) : i18n._(label);
}
