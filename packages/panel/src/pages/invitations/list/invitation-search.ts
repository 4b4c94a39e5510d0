/** What the address says about the list of invitations: tab, search and page. */
import { pageSize } from "../../../app/lists/counts.ts";
import { type Paging, readPaging, readSearched } from "../../../app/lists/paging.ts";

/** The kinds of invitation, each a tab. */
export const tabs = ["pending", "expired", "failed", "accepted", "revoked"] as const;

/** One of them. Failed are the pending ones whose mail was not taken, so they are among the pending too. */
export type InvitationTab = (typeof tabs)[number];

/** Search parameters of the list, each absent unless it was set. */
export interface InvitationSearch extends Paging {
  readonly tab?: Exclude<InvitationTab, "pending"> | undefined;
  readonly q?: string | undefined;
}

/** Reads the address; what makes no sense is dropped, never shown as an error. */
export function readInvitationSearch(given: Readonly<Record<string, unknown>>): InvitationSearch {
  const tab = tabs.find((one) => one === given["tab"]);
  return {
    tab: tab === "pending" ? undefined : tab,
    q: readSearched(given["q"]),
    ...readPaging(given),
  };
}

/** The tab that the address means. */
export function currentTab({ tab }: Pick<InvitationSearch, "tab">): InvitationTab {
  return tab ?? "pending";
}

/** What belongs into a tab, as the API filters. */
export function kindOf(tab: InvitationTab) {
  return tab === "failed" ? ({ status: "pending", delivery: "failed" } as const) : ({ status: tab } as const);
}

/** The query of the API for what the address says. */
export function listQuery({ tab, q, after }: InvitationSearch) {
  return {
    limit: String(pageSize),
    ...kindOf(currentTab({ tab })),
    ...(q === undefined ? {} : { query: q }),
    ...(after === undefined ? {} : { cursor: after }),
  };
}

/** Whether something can be done with several invitations of a tab at once. */
export function isOpenTab(tab: InvitationTab): boolean {
  return tab === "pending" || tab === "expired" || tab === "failed";
}
