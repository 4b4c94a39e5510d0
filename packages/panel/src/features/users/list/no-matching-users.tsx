import { Trans } from "@lingui/react/macro";
import { NoMatch } from "../../../lib/lists/no-match.tsx";
import type { UserSearch } from "./user-search.ts";

interface NoMatchingUsersProps {
  readonly search: UserSearch;
  readonly roleName: string | null;
  readonly onClear: () => void;
  /** Invites a searched address; null without permission to invite. */
  readonly onInvite: ((email: string) => void) | null;
}

/** Shown in place of rows when no user matches. Names the active filters. */
export function NoMatchingUsers({ search, roleName, onClear, onInvite }: NoMatchingUsersProps) {
  const { q, status, role } = search;
  return (
    <NoMatch
      title={
        q === undefined ? <Trans>Nobody matches these filters</Trans> : <Trans>Nobody matches {q}</Trans>
      }
      query={q}
      clearLabel={q === undefined ? <Trans>Clear filters</Trans> : <Trans>Clear search and filters</Trans>}
      onClear={onClear}
      onInvite={onInvite}
    >
      {status === undefined && role === undefined ? undefined : (
        <ActiveFilters status={status} roleName={roleName} />
      )}
    </NoMatch>
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
