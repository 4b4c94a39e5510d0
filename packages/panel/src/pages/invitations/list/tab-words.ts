import type { I18n } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { InvitationTab } from "./invitation-search.ts";

const names = {
  pending: msg`Pending`,
  expired: msg`Expired`,
  failed: msg`Failed`,
  accepted: msg`Accepted`,
  revoked: msg`Revoked`,
} as const;

/** The name of a tab. */
export function tabName(tab: InvitationTab, i18n: I18n): string {
  return i18n._(names[tab]);
}
