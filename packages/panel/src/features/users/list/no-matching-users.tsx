import { Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useApiQuery } from "../../../lib/api/use-api.tsx";
import { NoMatch } from "../../../lib/lists/list-search.tsx";
import type { UserSearch } from "./user-search.ts";
import styles from "./users.module.css";

interface NoMatchingUsersProps {
  readonly search: UserSearch;
  readonly roleName: string | null;
  readonly onClear: () => void;
  /** Invites a searched address; null without permission to invite. */
  readonly onInvite: ((email: string) => void) | null;
}

/** Shown in place of rows when no user matches. Names the active filters, and suggests searches that differ in a letter or two. */
export function NoMatchingUsers({ search, roleName, onClear, onInvite }: NoMatchingUsersProps) {
  const { q, status, role, twoFactor } = search;
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
      {q === undefined ? null : <Suggestions search={search} query={q} />}
      {twoFactor === undefined ? null : (
        <>
          <Trans>The two-factor filter is on.</Trans>{" "}
        </>
      )}
      {status === undefined && role === undefined ? null : (
        <ActiveFilters status={status} roleName={roleName} />
      )}
    </NoMatch>
  );
}

/** "Did you mean Benjamin or Benita?" A suggestion is searched without filters, which may be why nobody matched. */
function Suggestions({ search, query }: { readonly search: UserSearch; readonly query: string }) {
  const found = useApiQuery(
    "GET /organizations/:organizationId/users/suggestions",
    { query: { query } },
    { staleTime: 60_000 },
  );
  const items = found.data?.body.items ?? [];
  if (items.length === 0) return null;
  return (
    <span role="status" className={styles["suggestions"]}>
      <Trans>Did you mean:</Trans>{" "}
      {items.map((text, index) => (
        <span key={text}>
          {index === 0 ? null : " · "}
          <Link to="/users" search={{ q: text, sort: search.sort }}>
            {text}
          </Link>
        </span>
      ))}
    </span>
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
