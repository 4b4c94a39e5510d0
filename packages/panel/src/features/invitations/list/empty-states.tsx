/** Shown in place of rows: loading, no invitations, no match. */
import { type InvitationCounts, parseEmail } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { formatCount } from "../../../lib/lists/counts.ts";
import { EmptyState, LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { MailIcon, PlusIcon } from "../../../ui/icons.tsx";
import { useIsNarrow } from "../../../ui/layout/use-media-query.ts";
import table from "../../../ui/tables/table.module.css";
import { linkClass } from "../../../ui/text.tsx";
import {
  formatTab,
  hasActions,
  type InvitationSearch,
  type InvitationTab,
  tabs,
} from "./invitation-search.ts";
import styles from "./invitations.module.css";
import { TableHeader } from "./invitations-table.tsx";

const rows = Array.from({ length: 12 }, (_, row) => row);

/** Skeleton with the geometry of the list. */
export function ListSkeleton({ tab, hasBox }: { readonly tab: InvitationTab; readonly hasBox: boolean }) {
  const isNarrow = useIsNarrow();
  return (
    <LoadingState>{isNarrow ? <CardSkeletons /> : <TableSkeleton tab={tab} hasBox={hasBox} />}</LoadingState>
  );
}

function TableSkeleton({ tab, hasBox }: { readonly tab: InvitationTab; readonly hasBox: boolean }) {
  const cells = hasActions(tab) ? 4 : 3;
  return (
    <div className={table["bleed"]} aria-hidden="true" inert>
      <table className={table["table"]}>
        <TableHeader tab={tab} selection={null} hasBox={hasBox} />
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              {hasBox ? <td className={table["pick"]} /> : null}
              <th scope="row">
                <Skeleton size="long" />
              </th>
              {rows.slice(0, cells).map((cell) => (
                <td key={cell}>
                  <Skeleton size={cell === 0 ? "medium" : "short"} />
                </td>
              ))}
              <td />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CardSkeletons() {
  return (
    <ul className={table["cards"]} aria-hidden="true">
      {rows.slice(0, 6).map((row) => (
        <li key={row}>
          <Skeleton size="long" />
          <span className={table["facts"]}>
            <Skeleton />
          </span>
          <span className={table["facts"]}>
            <Skeleton size="short" />
          </span>
        </li>
      ))}
    </ul>
  );
}

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

interface NoMatchProps {
  readonly search: InvitationSearch & { readonly q: string };
  readonly counts: InvitationCounts | null;
  readonly onClear: () => void;
  readonly onInvite: ((address: string) => void) | null;
}

/** No match: links to other tabs with matches, clears the search, and invites a searched address. */
export function NoMatch({ search, counts, onClear, onInvite }: NoMatchProps) {
  const { q, tab = "pending" } = search;
  const address = parseEmail(q);
  const email = address.ok ? address.email : null;
  return (
    <EmptyState
      title={<NoMatchTitle tab={tab} query={q} />}
      actions={
        <>
          <Button onClick={onClear}>
            <Trans>Clear search</Trans>
          </Button>
          {email === null || onInvite === null ? null : (
            <Button icon={<MailIcon />} onClick={() => onInvite(email)}>
              <Trans>Invite {email}</Trans>
            </Button>
          )}
        </>
      }
    >
      <OtherTabs tab={tab} query={q} counts={counts} />
    </EmptyState>
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
