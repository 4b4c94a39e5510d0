import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, useLocation } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { ApiProblem } from "../../../app/api/problem.ts";
import { ProblemState } from "../../../app/problem-state.tsx";
import { useOrganization } from "../../../app/session/session.tsx";
import { useAccessChanges } from "../../../app/users/use-access-changes.tsx";
import { useRoles } from "../../../app/users/use-roles.ts";
import { NextLink, PageHeader, Pager, PreviousLink } from "../../../ui/page.tsx";
import { Hidden } from "../../../ui/text.tsx";
import { useIsNarrow } from "../../../ui/use-media-query.ts";
import { foundText, headerCount, pagerSummary } from "./counts.ts";
import { ListBar } from "./list-bar.tsx";
import { isFiltered, type ListSearch, type UserSort } from "./list-search.ts";
import { ListSkeleton, NoMatch } from "./list-states.tsx";
import { focusFirstRow } from "./row-keys.ts";
import { RowMenu } from "./row-menu.tsx";
import { useSearchText } from "./use-search-text.ts";
import { type UserPage, useUsers } from "./use-users.ts";
import styles from "./users.module.css";
import { UserCards, UsersTable } from "./users-table.tsx";

const route = getRouteApi("/shell/users");

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** Cursors of the pages of the list before this one, the first page's left out. */
    readonly trail?: readonly string[];
  }
}

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
  const { text, type, flush } = useSearchText(search.q ?? "", (q) => {
    void navigate({ search: { ...search, q: q || undefined, ...firstPage }, replace: true });
  });
  const goDown = useFirstRow(page, text.trim() === (search.q ?? ""));
  const { total } = page;
  return (
    <>
      <PageHeader
        title={<Trans>Users</Trans>}
        count={total === null ? undefined : headerCount(total, page.overall, filtered, i18n)}
        {...(invite === null ? {} : { primary: invite })}
      />
      <ListBar
        search={search}
        text={text}
        onType={type}
        onLeaveDown={() => {
          flush();
          goDown();
        }}
        roles={roles}
        onFilter={(filters) =>
          void navigate({ search: { ...search, status: filters.status, role: filters.role, ...firstPage } })
        }
        found={total?.exact === true ? total.count : null}
      />
      <Hidden>
        <span role="status">
          {filtered && total !== null && !page.isStale ? foundText(total, i18n) : null}
        </span>
      </Hidden>
      <Rows
        page={page}
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

const firstPage = { after: undefined, page: undefined } as const;

/** Arrow down in the search box: on to the first row, once the rows are those that were searched for. */
function useFirstRow({ users, isStale, error }: UserPage, isAsked: boolean): () => void {
  const isWanted = useRef(false);
  const isSettled = isAsked && !isStale && users !== null && error === null;
  useEffect(() => {
    if (!isSettled || !isWanted.current) return;
    isWanted.current = false;
    focusFirstRow();
  }, [isSettled]);
  return () => {
    isWanted.current = !isSettled;
    if (isSettled) focusFirstRow();
  };
}

interface RowsProps {
  readonly page: UserPage;
  readonly search: ListSearch;
  readonly onSort: (sort: UserSort) => void;
  readonly onClear: () => void;
  readonly onInvite: UserListProps["onInvite"];
  readonly roleName: string | null;
}

function Rows({ page, search, onSort, onClear, onInvite, roleName }: RowsProps) {
  const isNarrow = useIsNarrow();
  const navigate = route.useNavigate();
  const changes = useAccessChanges();
  const { users, error } = page;
  if (error !== null) {
    const isMoved = error instanceof ApiProblem && error.code === "request/cursor";
    const restart = () => void navigate({ search: { ...search, ...firstPage }, replace: true });
    return <ProblemState error={error} onRetry={isMoved ? restart : page.retry} />;
  }
  if (users === null) return <ListSkeleton />;
  if (users.length === 0 && isFiltered(search))
    return <NoMatch search={search} roleName={roleName} onClear={onClear} onInvite={onInvite} />;
  const rows = {
    users,
    query: search.q ?? "",
    isStale: page.isStale,
    menu: (user: (typeof users)[number]) => <RowMenu user={user} changes={changes} />,
  };
  return (
    <>
      {isNarrow ? (
        <UserCards {...rows} />
      ) : (
        <UsersTable {...rows} sort={search.sort ?? "name"} onSort={onSort} />
      )}
      {page.total?.count === 1 && !isFiltered(search) ? <OnlyYou canInvite={onInvite !== null} /> : null}
      <ListPager page={page} search={search} />
      {changes.dialog}
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

function ListPager({ page, search }: { readonly page: UserPage; readonly search: ListSearch }) {
  const { i18n } = useLingui();
  const trail = useLocation({ select: (where) => where.state.trail ?? [] });
  const { users, total, nextCursor } = page;
  if (users === null || total === null) return null;
  if (search.after === undefined && total.count <= 1) return null;
  const number = search.after === undefined ? 1 : (search.page ?? null);
  const before = trail.at(-1);
  // A link into the middle of the list has no trail: the way back is the first page.
  const back = before === undefined || number === null ? firstPage : { after: before, page: number - 1 };
  return (
    <div className={styles["foot"]}>
      <Pager
        summary={pagerSummary(number, users.length, total, i18n)}
        previous={
          <PreviousLink
            to="/users"
            search={{ ...search, ...back }}
            state={{ trail: trail.slice(0, -1) }}
            disabled={search.after === undefined}
          />
        }
        next={
          <NextLink
            to="/users"
            search={{
              ...search,
              after: nextCursor ?? undefined,
              page: number === null ? undefined : number + 1,
            }}
            state={{ trail: search.after === undefined ? [] : [...trail, search.after] }}
            disabled={nextCursor === null}
          />
        }
      />
    </div>
  );
}
