/** What stands in place of rows: still loading, none of this kind, none that matches. */
import { type InvitationCounts, parseEmail } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { countText } from "../../../app/lists/counts.ts";
import { Button } from "../../../ui/button.tsx";
import { MailIcon, PlusIcon } from "../../../ui/icons.tsx";
import { Bone, EmptyState, Skeleton } from "../../../ui/states.tsx";
import table from "../../../ui/table.module.css";
import { linkClass } from "../../../ui/text.tsx";
import { useIsNarrow } from "../../../ui/use-media-query.ts";
import { type InvitationSearch, type InvitationTab, isOpenTab, tabs } from "./invitation-search.ts";
import styles from "./invitations.module.css";
import { TableHead } from "./invitations-table.tsx";
import { tabName } from "./tab-words.ts";

const rows = Array.from({ length: 12 }, (_, row) => row);

/** The list's geometry while it loads for the first time. */
export function ListSkeleton({ tab, hasBox }: { readonly tab: InvitationTab; readonly hasBox: boolean }) {
  const isNarrow = useIsNarrow();
  return <Skeleton>{isNarrow ? <CardBones /> : <TableBones tab={tab} hasBox={hasBox} />}</Skeleton>;
}

function TableBones({ tab, hasBox }: { readonly tab: InvitationTab; readonly hasBox: boolean }) {
  const cells = isOpenTab(tab) ? 4 : 3;
  return (
    <div className={table["bleed"]} aria-hidden="true" inert>
      <table className={table["table"]}>
        <TableHead tab={tab} selection={null} hasBox={hasBox} />
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              {hasBox ? <td className={table["pick"]} /> : null}
              <th scope="row">
                <Bone size="long" />
              </th>
              {rows.slice(0, cells).map((cell) => (
                <td key={cell}>
                  <Bone size={cell === 0 ? "medium" : "short"} />
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

function CardBones() {
  return (
    <ul className={table["cards"]} aria-hidden="true">
      {rows.slice(0, 6).map((row) => (
        <li key={row}>
          <Bone size="long" />
          <span className={table["facts"]}>
            <Bone />
          </span>
          <span className={table["facts"]}>
            <Bone size="short" />
          </span>
        </li>
      ))}
    </ul>
  );
}

interface NoneProps {
  readonly tab: InvitationTab;
  /** There are none of any kind. */
  readonly isFirst: boolean;
  readonly onInvite: ((address: string) => void) | null;
}

/** None of this kind: what that means, and the next step. */
export function None({ tab, isFirst, onInvite }: NoneProps) {
  if (isFirst)
    return (
      <EmptyState
        hasArt
        title={<Trans>No invitations yet</Trans>}
        actions={
          onInvite === null ? undefined : (
            <Button icon={<PlusIcon />} onClick={() => onInvite("")}>
              <Trans>Invite the first user</Trans>
            </Button>
          )
        }
      >
        <Trans>Whom you invite appears here until they have joined, with what became of the mail.</Trans>
      </EmptyState>
    );
  return <EmptyState {...noneWords(tab)} />;
}

function noneWords(tab: InvitationTab) {
  switch (tab) {
    case "pending":
      return {
        title: <Trans>No invitation is pending</Trans>,
        children: <Trans>Everybody who was invited has joined, or their invitation has ended.</Trans>,
      };
    case "expired":
      return {
        title: <Trans>No invitation has expired</Trans>,
        children: (
          <Trans>One that nobody accepts in time moves here. Sending it again gives it a new link.</Trans>
        ),
      };
    case "failed":
      return {
        title: <Trans>No mail has failed</Trans>,
        children: <Trans>An invitation whose mail is refused shows up here with the reason.</Trans>,
      };
    case "accepted":
      return {
        title: <Trans>Nobody has accepted an invitation yet</Trans>,
        children: <Trans>Those who join are listed here with the roles that they came with.</Trans>,
      };
    case "revoked":
      return {
        title: <Trans>No invitation was revoked</Trans>,
        children: <Trans>The link of a revoked invitation stops working at once.</Trans>,
      };
  }
}

interface NoMatchProps {
  readonly search: InvitationSearch & { readonly q: string };
  readonly counts: InvitationCounts | null;
  readonly onClear: () => void;
  readonly onInvite: ((address: string) => void) | null;
}

/** None matches: where else one does, the way back, and an invitation where an address was searched for. */
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
      <Elsewhere tab={tab} query={q} counts={counts} />
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

/** The tabs in which the search finds something. */
function Elsewhere({
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
  if (counts === null || found.length === 0) return <Trans>Nor does one of another kind.</Trans>;
  return (
    <span className={styles["elsewhere"]}>
      <Trans>It is found elsewhere:</Trans>
      {found.map((one) => (
        <Link
          key={one}
          to="/invitations"
          search={{ q: query, ...(one === "pending" ? {} : { tab: one }) }}
          className={linkClass()}
        >
          {tabName(one, i18n)} ({countText(counts[one], i18n)})
        </Link>
      ))}
    </span>
  );
}
