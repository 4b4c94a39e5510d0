/** What stands in place of rows: still loading, nobody else yet, nobody matches. */
import { parseEmail } from "@gatehouse/sdk/contract";
import { Trans } from "@lingui/react/macro";
import { Button } from "../../../ui/button.tsx";
import { MailIcon } from "../../../ui/icons.tsx";
import { Bone, EmptyState, Skeleton } from "../../../ui/states.tsx";
import table from "../../../ui/table.module.css";
import { useIsNarrow } from "../../../ui/use-media-query.ts";
import type { ListSearch } from "./list-search.ts";
import { TableHead } from "./users-table.tsx";

const rows = Array.from({ length: 12 }, (_, row) => row);

/** The list's geometry while it loads for the first time. */
export function ListSkeleton({ hasBoxes }: { readonly hasBoxes: boolean }) {
  const isNarrow = useIsNarrow();
  return <Skeleton>{isNarrow ? <CardBones /> : <TableBones hasBoxes={hasBoxes} />}</Skeleton>;
}

function TableBones({ hasBoxes }: { readonly hasBoxes: boolean }) {
  return (
    <div className={table["bleed"]} aria-hidden="true" inert>
      <table className={table["table"]}>
        <TableHead sort="name" hasBoxes={hasBoxes} />
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              {hasBoxes ? <td className={table["pick"]} /> : null}
              <th scope="row">
                <Bone size="long" />
              </th>
              <td>
                <Bone />
              </td>
              <td>
                <Bone size="short" />
              </td>
              <td>
                <Bone size="short" />
              </td>
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
          <span className={table["person"]}>
            <Bone size="long" />
          </span>
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

interface NoMatchProps {
  readonly search: ListSearch;
  readonly roleName: string | null;
  readonly onClear: () => void;
  /** Offered when somebody was searched for by address; null without the right to invite. */
  readonly onInvite: ((email: string) => void) | null;
}

/** Nobody matches: what hides people, the way back, and an invitation where an address was searched for. */
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
        <Hiding status={status} roleName={roleName} />
      )}
    </EmptyState>
  );
}

function Hiding({
  status,
  roleName,
}: {
  readonly status: ListSearch["status"];
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
