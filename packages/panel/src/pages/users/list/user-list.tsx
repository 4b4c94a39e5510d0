import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ApiProblem } from "../../../app/api/problem.ts";
import { headerCount } from "../../../app/lists/counts.ts";
import { ListNews } from "../../../app/lists/list-news.tsx";
import { ListPager } from "../../../app/lists/list-pager.tsx";
import { firstPage } from "../../../app/lists/paging.ts";
import type { Selection } from "../../../app/lists/use-selection.ts";
import { ProblemState } from "../../../app/problem-state.tsx";
import { useOrganization } from "../../../app/session/session.tsx";
import { useRoles } from "../../../app/users/use-roles.ts";
import { PageHeader } from "../../../ui/page.tsx";
import { Hidden } from "../../../ui/text.tsx";
import { useIsNarrow } from "../../../ui/use-media-query.ts";
import { foundText } from "./found-text.ts";
import { ListBar } from "./list-bar.tsx";
import { isFiltered, type ListSearch, type UserSort } from "./list-search.ts";
import { ListSkeleton, NoMatch } from "./list-states.tsx";
import { useBulk } from "./use-bulk.tsx";
import { type UserPage, useUsers } from "./use-users.ts";
import styles from "./users.module.css";
import { UserCards, UsersTable } from "./users-table.tsx";

const route = getRouteApi("/shell/users");

interface UserListProps {
  /** The primary button. */
  readonly invite: ReactNode;
  /** Opens the invitation for an address; null without the right to invite. */
  readonly onInvite: ((email: string) => void) | null;
}

/** Header, search, filters, rows and pager. */
export function UserList({ invite, onInvite }: UserListProps) {
  const { i18n } = useLingui();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const page = useUsers(search);
  const roles = useRoles();
  const filtered = isFiltered(search);
  const { total } = page;
  const bulk = useBulk(page.shown);
  const isNarrow = useIsNarrow();
  const hasInvite = invite !== null && !(bulk.isSelecting && isNarrow);
  return (
    <>
      <PageHeader
        title={<Trans>Users</Trans>}
        count={total === null ? undefined : headerCount(total, page.overall, filtered, i18n)}
        news={<ListNews news={page.news} />}
        {...(hasInvite ? { primary: invite } : {})}
      />
      {bulk.bar ?? (
        <ListBar
          search={search}
          isSettled={!page.isStale && page.shown.users !== null && page.error === null}
          onSearch={(q) =>
            void navigate({ search: { ...search, q: q || undefined, ...firstPage }, replace: true })
          }
          roles={roles}
          onFilter={(filters) =>
            void navigate({ search: { ...search, status: filters.status, role: filters.role, ...firstPage } })
          }
          found={total?.exact === true ? total.count : null}
        />
      )}
      <Hidden>
        <span role="status">
          {filtered && total !== null && !page.isStale ? foundText(total, i18n) : null}
        </span>
      </Hidden>
      <Rows
        page={page}
        selection={bulk.selection}
        search={search}
        onSort={(sort) =>
          void navigate({ search: { ...search, sort: sort === "name" ? undefined : sort, ...firstPage } })
        }
        onClear={() => void navigate({ search: { sort: search.sort } })}
        onInvite={onInvite}
        roleName={roles?.find((role) => role.id === search.role)?.name ?? null}
      />
    </>
  );
}

interface RowsProps {
  readonly page: UserPage;
  readonly selection: Selection | null;
  readonly search: ListSearch;
  readonly onSort: (sort: UserSort) => void;
  readonly onClear: () => void;
  readonly onInvite: UserListProps["onInvite"];
  readonly roleName: string | null;
}

function Rows({ page, selection, search, onSort, onClear, onInvite, roleName }: RowsProps) {
  const isNarrow = useIsNarrow();
  const navigate = route.useNavigate();
  const { error, shown } = page;
  const { users, total } = shown;
  if (error !== null) {
    const isMoved = error instanceof ApiProblem && error.code === "request/cursor";
    const restart = () => void navigate({ search: { ...search, ...firstPage }, replace: true });
    return <ProblemState error={error} onRetry={isMoved ? restart : page.retry} />;
  }
  if (users === null) return <ListSkeleton hasBoxes={selection !== null} />;
  const isAnyFiltered = isFiltered(shown.search);
  if (users.length === 0 && isAnyFiltered)
    return <NoMatch search={shown.search} roleName={roleName} onClear={onClear} onInvite={onInvite} />;
  const rows = {
    users,
    query: shown.search.q ?? "",
    isStale: page.isStale || page.news.isReading,
    selection,
  };
  return (
    <>
      {isNarrow ? (
        <UserCards {...rows} />
      ) : (
        <UsersTable {...rows} sort={search.sort ?? "name"} onSort={onSort} />
      )}
      {total?.count === 1 && !isAnyFiltered ? <OnlyYou canInvite={onInvite !== null} /> : null}
      {total === null || (shown.search.after === undefined && total.count <= 1) ? null : (
        <ListPager search={shown.search} shown={users.length} total={total} nextCursor={shown.nextCursor} />
      )}
    </>
  );
}

function OnlyYou({ canInvite }: { readonly canInvite: boolean }) {
  const { name } = useOrganization();
  return (
    <p className={styles["empty"]}>
      {canInvite ? (
        <Trans>
          You are the only user of {name}. Invite a colleague; they choose their own password and arrive with
          the roles that you give.
        </Trans>
      ) : (
        <Trans>You are the only user of {name}.</Trans>
      )}
    </p>
  );
}
