/** Search parameters of the list of invitations: tab, search and page. */

import type { I18n } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { type Paging, pageSize, readPaging, readSearched } from "../../../lib/lists/paging.ts";

/** The tabs of the list. */
export const tabs = ["pending", "expired", "failed", "accepted", "revoked"] as const;

/** A tab. Failed invitations are pending ones whose email was rejected, so they are in both tabs. */
export type InvitationTab = (typeof tabs)[number];

/** Search parameters of the list, each absent unless it was set. */
export interface InvitationSearch extends Paging {
  readonly tab?: Exclude<InvitationTab, "pending"> | undefined;
  readonly q?: string | undefined;
}

/** Parses the URL's search parameters; invalid ones are dropped. */
export function readInvitationSearch(given: Readonly<Record<string, unknown>>): InvitationSearch {
  const tab = tabs.find((one) => one === given["tab"]);
  return {
    tab: tab === "pending" ? undefined : tab,
    q: readSearched(given["q"]),
    ...readPaging(given),
  };
}

/** The current tab. */
export function getTab({ tab }: Pick<InvitationSearch, "tab">): InvitationTab {
  return tab ?? "pending";
}

/** The API filter of a tab. */
export function toTabFilter(tab: InvitationTab) {
  return tab === "failed" ? ({ status: "pending", delivery: "failed" } as const) : ({ status: tab } as const);
}

/** The API query for the search parameters. */
export function toListQuery({ tab, q, after }: InvitationSearch) {
  return {
    limit: String(pageSize),
    ...toTabFilter(getTab({ tab })),
    ...(q === undefined ? {} : { query: q }),
    ...(after === undefined ? {} : { cursor: after }),
  };
}

/** Whether a tab has bulk actions. */
export function hasActions(tab: InvitationTab): boolean {
  return tab === "pending" || tab === "expired" || tab === "failed";
}

const tabNames = {
  pending: msg`Pending`,
  expired: msg`Expired`,
  failed: msg`Failed`,
  accepted: msg`Accepted`,
  revoked: msg`Revoked`,
} as const;

/** The name of a tab. */
export function formatTab(tab: InvitationTab, i18n: I18n): string {
  return i18n._(tabNames[tab]);
}
