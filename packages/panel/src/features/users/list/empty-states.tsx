/** Shown in place of rows: loading, no other users, no match. */
import { parseEmail } from "@gatehouse/sdk/contract";
import { Trans } from "@lingui/react/macro";
import { EmptyState, LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { MailIcon } from "../../../ui/icons.tsx";
import { useIsNarrow } from "../../../ui/layout/use-media-query.ts";
import table from "../../../ui/tables/table.module.css";
import type { UserSearch } from "./user-search.ts";
import { TableHeader } from "./users-table.tsx";

const rows = Array.from({ length: 12 }, (_, row) => row);

/** Skeleton with the geometry of the list. */
export function ListSkeleton({ hasBoxes }: { readonly hasBoxes: boolean }) {
  const isNarrow = useIsNarrow();
  return <LoadingState>{isNarrow ? <CardSkeletons /> : <TableSkeleton hasBoxes={hasBoxes} />}</LoadingState>;
}

function TableSkeleton({ hasBoxes }: { readonly hasBoxes: boolean }) {
  return (
    <div className={table["bleed"]} aria-hidden="true" inert>
      <table className={table["table"]}>
        <TableHeader sort="name" hasBoxes={hasBoxes} />
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              {hasBoxes ? <td className={table["pick"]} /> : null}
              <th scope="row">
                <Skeleton size="long" />
              </th>
              <td>
                <Skeleton />
              </td>
              <td>
                <Skeleton size="short" />
              </td>
              <td>
                <Skeleton size="short" />
              </td>
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
          <span className={table["person"]}>
            <Skeleton size="long" />
          </span>
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

interface NoMatchProps {
  readonly search: UserSearch;
  readonly roleName: string | null;
  readonly onClear: () => void;
  /** Invites a searched address; null without permission to invite. */
  readonly onInvite: ((email: string) => void) | null;
}

/** No match: names the active filters, clears them, and invites a searched address. */
export function NoMatch({ search, roleName, onClear, onInvite }: NoMatchProps) {
  const { q, status, role } = search;
  const address = q === undefined ? null : parseEmail(q);
  const email = address?.ok === true ? address.email : null;
  return (
    <EmptyState
      title={
        q === undefined ? <Trans>Nobody matches these filters</Trans> : <Trans>Nobody matches {q}</Trans>
      }
      actions={
        <>
          <Button onClick={onClear}>
            {q === undefined ? <Trans>Clear filters</Trans> : <Trans>Clear search and filters</Trans>}
          </Button>
          {email === null || onInvite === null ? null : (
            <Button icon={<MailIcon />} onClick={() => onInvite(email)}>
              <Trans>Invite {email}</Trans>
            </Button>
          )}
        </>
      }
    >
      {status === undefined && role === undefined ? undefined : (
        <ActiveFilters status={status} roleName={roleName} />
      )}
    </EmptyState>
  );
}

function ActiveFilters({
  status,
  roleName,
}: {
  readonly status: UserSearch["status"];
  readonly roleName: string | null;
}) {
  if (status === undefined)
    return roleName === null ? (
      <Trans>The role filter hides users.</Trans>
    ) : (
      <Trans>Only users with the role {roleName} are shown.</Trans>
    );
  if (roleName !== null)
    return status === "active" ? (
      <Trans>Only active users with the role {roleName} are shown.</Trans>
    ) : (
      <Trans>Only suspended users with the role {roleName} are shown.</Trans>
    );
  return status === "active" ? (
    <Trans>The status filter hides users who are suspended.</Trans>
  ) : (
    <Trans>The status filter hides users who aren’t suspended.</Trans>
  );
}
