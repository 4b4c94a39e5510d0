import type { Total } from "@gatehouse/sdk/contract";
import type { I18n } from "@lingui/core";
import { msg, plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { ProblemState } from "../../../lib/api/problem-text.tsx";
import { ApiProblem } from "../../../lib/api/request.ts";
import { ListPager } from "../../../lib/lists/list-pager.tsx";
import type { Selection } from "../../../lib/lists/list-rows.tsx";
import { firstPage, formatCount, formatHeaderCount } from "../../../lib/lists/paging.ts";
import { UpdatesBanner } from "../../../lib/lists/updates-banner.tsx";
import { usePageTitle } from "../../../lib/navigation/page-change.ts";
import { RequirePermission, useCan, useOrganization } from "../../../lib/session/session.tsx";
import { EmptyState } from "../../../ui/feedback/empty-states.tsx";
import { Button, buttonClass } from "../../../ui/forms/button.tsx";
import { PageHeader, useHasRoom, useIsNarrow } from "../../../ui/layout/page.tsx";
import { VisuallyHidden } from "../../../ui/text.tsx";
import { InviteButton, useInvite } from "../../invitations/invite-provider.tsx";
import { PendingSection, usePendingInvitations } from "../../invitations/pending/pending-invitations.tsx";
import { useRoles } from "../../roles/use-roles.ts";
import { ExportButton } from "./export-button.tsx";
import { ListBar } from "./list-bar.tsx";
import { NoMatchingUsers } from "./no-matching-users.tsx";
import { useBulkSelection } from "./use-bulk-selection.tsx";
import { type UserPage, useUsers } from "./use-users.ts";
import { isFiltered, rememberSearch, type UserSearch, type UserSort } from "./user-search.ts";
import { UserCards, UsersSkeleton, UsersTable, usersTableWidth } from "./users-table.tsx";

const route = getRouteApi("/shell/users");

/** The list of users. */
export function UsersPage() {
  const { t } = useLingui();
  const invite = useInvite();
  const search = route.useSearch();
  useEffect(() => rememberSearch(search), [search]);
  usePageTitle(t`Users`);
  return (
    <RequirePermission permission="users:view" name={t`View users`}>
      <UserList onInvite={invite} invite={invite === null ? null : <InviteButton />} />
    </RequirePermission>
  );
}

interface UserListProps {
  /** The primary button. */
  readonly invite: ReactNode;
  /** Opens the invite dialog with an address; null without permission to invite. */
  readonly onInvite: ((email: string) => void) | null;
}

/** Header, search, filters, rows and pager. */
function UserList({ invite, onInvite }: UserListProps) {
  const { i18n } = useLingui();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const page = useUsers(search);
  const roles = useRoles();
  const filtered = isFiltered(search);
  const { total } = page;
  const bulk = useBulkSelection(page.shown);
  const isNarrow = useIsNarrow();
  const canChangeMany = bulk.selection !== null;
  const hasInvite = invite !== null && !(bulk.isSelecting && isNarrow);
  return (
    <>
      <PageHeader
        title={<Trans>Users</Trans>}
        count={total === null ? undefined : formatHeaderCount(total, page.overall, filtered, i18n)}
        updates={<UpdatesBanner updates={page.listUpdates} />}
        actions={
          <>
            {canChangeMany ? <BulkChangesLink /> : null}
            <ImportLink />
            <ExportButton search={search} />
          </>
        }
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
            void navigate({ search: { q: search.q, sort: search.sort, ...filters, ...firstPage } })
          }
          found={total?.exact === true ? total.count : null}
        />
      )}
      <VisuallyHidden>
        <span role="status">
          {filtered && total !== null && !page.isStale ? formatFoundCount(total, i18n) : null}
        </span>
      </VisuallyHidden>
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

/** A link to the bulk changes and their Undo. */
function BulkChangesLink() {
  return (
    <Link to="/users/changes" className={buttonClass()}>
      <Trans>Bulk changes</Trans>
    </Link>
  );
}

/** A link to the imports. Nothing without a permission for them. */
function ImportLink() {
  const canCreate = useCan("users:create");
  const canInvite = useCan("users:invite");
  if (!canCreate && !canInvite) return null;
  return (
    <Link to="/users/imports" className={buttonClass()}>
      <Trans>Import</Trans>
    </Link>
  );
}

interface RowsProps {
  readonly page: UserPage;
  readonly selection: Selection | null;
  readonly search: UserSearch;
  readonly onSort: (sort: UserSort) => void;
  readonly onClear: () => void;
  readonly onInvite: UserListProps["onInvite"];
  readonly roleName: string | null;
}

function Rows({ page, selection, search, onSort, onClear, onInvite, roleName }: RowsProps) {
  const hasTable = useHasRoom(usersTableWidth);
  const navigate = route.useNavigate();
  const { error, shown } = page;
  const { users, total } = shown;
  // Invitations have no status and no second factor, and are listed once, below the first page.
  const { status, twoFactor, after } = shown.search;
  const hasInvited = (status ?? twoFactor ?? after) === undefined;
  const pending = usePendingInvitations(hasInvited ? (shown.search.q ?? "") : "");
  if (error !== null) {
    const isMoved = error instanceof ApiProblem && error.code === "request/cursor";
    const restart = () => void navigate({ search: { ...search, ...firstPage }, replace: true });
    return <ProblemState error={error} onRetry={isMoved ? restart : page.retry} />;
  }
  if (users === null) return <UsersSkeleton hasBoxes={selection !== null} />;
  const isAnyFiltered = isFiltered(shown.search);
  const invited = <PendingSection pending={pending} query={shown.search.q ?? ""} />;
  if (users.length === 0 && isAnyFiltered)
    return (
      <>
        {pending.items.length > 0 || pending.isStale ? null : (
          <NoMatchingUsers search={shown.search} roleName={roleName} onClear={onClear} onInvite={onInvite} />
        )}
        {invited}
      </>
    );
  const rows = {
    users,
    query: shown.search.q ?? "",
    isStale: page.isStale || page.listUpdates.isFetching,
    selection,
  };
  return (
    <>
      {hasTable ? (
        <UsersTable {...rows} sort={search.sort ?? "name"} onSort={onSort} />
      ) : (
        <UserCards {...rows} />
      )}
      {total?.count === 1 && !isAnyFiltered ? <OnlyYou onInvite={onInvite} /> : null}
      {total === null || (shown.search.after === undefined && total.count <= 1) ? null : (
        <ListPager search={shown.search} shown={users.length} total={total} nextCursor={shown.nextCursor} />
      )}
      {invited}
    </>
  );
}

/** An organization with nobody but the person who set it up. */
function OnlyYou({ onInvite }: Pick<RowsProps, "onInvite">) {
  const { name } = useOrganization();
  return (
    <EmptyState
      hasIllustration
      title={<Trans>You are the only user of {name}</Trans>}
      actions={
        onInvite === null ? undefined : (
          <>
            <Button onClick={() => onInvite("")}>
              <Trans>Invite a colleague</Trans>
            </Button>
            <Link to="/invitations/new" className={buttonClass()}>
              <Trans>Import a list</Trans>
            </Link>
          </>
        )
      }
    >
      {onInvite === null ? undefined : (
        <Trans>Invited people choose their own password and arrive with the roles that you give.</Trans>
      )}
    </EmptyState>
  );
}

/** The announcement for screen readers after a search. */
export function formatFoundCount(total: Total, i18n: I18n): string {
  if (total.count === 0) return i18n._(msg`Nobody found`);
  if (!total.exact) {
    const all = formatCount(total, i18n);
    return i18n._(msg`${all} users found`);
  }
  return i18n._(msg`${plural(total.count, { one: "# user found", other: "# users found" })}`);
}
