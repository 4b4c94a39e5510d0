/** Shown in place of rows: no invitations, or no match. */
import type { InvitationCounts } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { NoMatch } from "../../../lib/lists/list-search.tsx";
import { formatCount } from "../../../lib/lists/paging.ts";
import { EmptyState } from "../../../ui/feedback/empty-states.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { PlusIcon } from "../../../ui/icons.tsx";
import { linkClass } from "../../../ui/text.tsx";
import { formatTab, type InvitationSearch, type InvitationTab, tabs } from "./invitation-search.ts";
import styles from "./invitations.module.css";

interface NoInvitationsProps {
  readonly tab: InvitationTab;
  /** The organization has no invitations at all. */
  readonly isFirst: boolean;
  readonly onInvite: ((address: string) => void) | null;
}

/** The empty state of a tab. */
export function NoInvitations({ tab, isFirst, onInvite }: NoInvitationsProps) {
  if (isFirst)
    return (
      <EmptyState
        hasIllustration
        title={<Trans>No invitations yet</Trans>}
        actions={
          onInvite === null ? undefined : (
            <Button icon={<PlusIcon />} onClick={() => onInvite("")}>
              <Trans>Invite the first user</Trans>
            </Button>
          )
        }
      >
        <Trans>People you invite appear here until they join, with the status of their e-mail.</Trans>
      </EmptyState>
    );
  return <EmptyState {...getEmptyText(tab)} />;
}

function getEmptyText(tab: InvitationTab) {
  switch (tab) {
    case "pending":
      return {
        title: <Trans>No invitation is pending</Trans>,
        children: <Trans>Everyone who was invited has joined, or their invitation has ended.</Trans>,
      };
    case "expired":
      return {
        title: <Trans>No invitation has expired</Trans>,
        children: (
          <Trans>
            Invitations that are not accepted in time appear here. Sending one again creates a new link.
          </Trans>
        ),
      };
    case "failed":
      return {
        title: <Trans>No e-mail has failed</Trans>,
        children: <Trans>Invitations whose e-mail could not be delivered appear here with the reason.</Trans>,
      };
    case "accepted":
      return {
        title: <Trans>Nobody has accepted an invitation yet</Trans>,
        children: <Trans>People who join appear here with the roles they were given.</Trans>,
      };
    case "revoked":
      return {
        title: <Trans>No invitation was revoked</Trans>,
        children: <Trans>The link of a revoked invitation stops working immediately.</Trans>,
      };
  }
}

interface NoMatchingInvitationsProps {
  readonly search: InvitationSearch & { readonly q: string };
  readonly counts: InvitationCounts | null;
  readonly onClear: () => void;
  readonly onInvite: ((address: string) => void) | null;
}

/** No match: links to other tabs with matches. */
export function NoMatchingInvitations({ search, counts, onClear, onInvite }: NoMatchingInvitationsProps) {
  const { q, tab = "pending" } = search;
  return (
    <NoMatch
      title={<NoMatchTitle tab={tab} query={q} />}
      query={q}
      clearLabel={<Trans>Clear search</Trans>}
      onClear={onClear}
      onInvite={onInvite}
    >
      <OtherTabs tab={tab} query={q} counts={counts} />
    </NoMatch>
  );
}

function NoMatchTitle({ tab, query }: { readonly tab: InvitationTab; readonly query: string }) {
  switch (tab) {
    case "pending":
      return <Trans>No pending invitation matches {query}</Trans>;
    case "expired":
      return <Trans>No expired invitation matches {query}</Trans>;
    case "failed":
      return <Trans>No failed invitation matches {query}</Trans>;
    case "accepted":
      return <Trans>No accepted invitation matches {query}</Trans>;
    case "revoked":
      return <Trans>No revoked invitation matches {query}</Trans>;
  }
}

/** Links to other tabs with matches. */
function OtherTabs({
  tab,
  query,
  counts,
}: {
  readonly tab: InvitationTab;
  readonly query: string;
  readonly counts: InvitationCounts | null;
}) {
  const { i18n } = useLingui();
  const found = tabs.filter((one) => one !== tab && (counts?.[one].count ?? 0) > 0);
  if (counts === null || found.length === 0) return <Trans>No other invitation matches either.</Trans>;
  return (
    <span className={styles["elsewhere"]}>
      <Trans>Found in other tabs:</Trans>
      {found.map((one) => (
        <Link
          key={one}
          to="/invitations"
          search={{ q: query, ...(one === "pending" ? {} : { tab: one }) }}
          className={linkClass()}
        >
          {formatTab(one, i18n)} ({formatCount(counts[one], i18n)})
        </Link>
      ))}
    </span>
  );
}
