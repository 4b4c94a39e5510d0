import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { ApiProblem } from "../../../app/api/problem.ts";
import { ListPager } from "../../../app/lists/list-pager.tsx";
import { ListSearchField } from "../../../app/lists/list-search-field.tsx";
import { firstPage } from "../../../app/lists/paging.ts";
import { type Selection, useSelection } from "../../../app/lists/use-selection.ts";
import { focusPage } from "../../../app/navigation/use-focus-on-navigation.ts";
import { ProblemState } from "../../../app/problem-state.tsx";
import { useSession } from "../../../app/session/session.tsx";
import { useRoles } from "../../../app/users/use-roles.ts";
import { buttonClass } from "../../../ui/button.tsx";
import { Bar, PageHeader } from "../../../ui/page.tsx";
import { Hidden } from "../../../ui/text.tsx";
import { useIsNarrow } from "../../../ui/use-media-query.ts";
import { BulkActions } from "./bulk/bulk-actions.tsx";
import { useBulk } from "./bulk/use-bulk.tsx";
import { InvitationCards } from "./invitation-cards.tsx";
import { currentTab, isOpenTab } from "./invitation-search.ts";
import { InvitationsTable, selectPageId } from "./invitations-table.tsx";
import { KindTabs } from "./kind-tabs.tsx";
import { ListSkeleton, NoMatch, None } from "./list-states.tsx";
import { RowMenu } from "./row-menu.tsx";
import { useInvitationActions } from "./use-invitation-actions.ts";
import { type InvitationPage, useInvitations } from "./use-invitations.ts";

const route = getRouteApi("/shell/invitations");

interface InvitationListProps {
  /** The primary button. */
  readonly invite: ReactNode;
  /** Opens the invitation dialog, for an address if there is one; null without the right to invite. */
  readonly onInvite: ((address: string) => void) | null;
}

/** Header, tabs, search or what is selected, rows and pager. */
export function InvitationList({ invite, onInvite }: InvitationListProps) {
  const { t } = useLingui();
  const isNarrow = useIsNarrow();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const page = useInvitations(search);
  const selection = useOpenSelection(page);
  const bulk = useBulk(search, () => {
    selection?.clear();
    restoreFocus();
  });
  const isSettled = !page.isStale && page.invitations !== null && page.error === null;
  const isSelecting = selection !== null && !selection.isEmpty;
  const hasInvite = invite !== null && !(isSelecting && isNarrow);
  return (
    <>
      <PageHeader
        title={<Trans>Invitations</Trans>}
        {...(hasInvite ? { primary: invite, actions: <ManyLink /> } : {})}
      />
      <KindTabs search={search} counts={page.counts} />
      {isSelecting ? (
        <BulkActions
          selection={selection}
          total={page.total}
          onAct={(action) => bulk.ask(action, selection, page.total)}
          onClear={() => {
            selection.clear();
            restoreFocus();
          }}
        />
      ) : (
        <Bar role="search">
          <ListSearchField
            label={t`Search invitations by address or name`}
            placeholder={t`Address or name`}
            shortcutLabel={t`Search invitations`}
            searched={search.q ?? ""}
            onSearch={(q) =>
              void navigate({ search: { ...search, q: q || undefined, ...firstPage }, replace: true })
            }
            isSettled={isSettled}
          />
        </Bar>
      )}
      <Hidden>
        <span role="status">{search.q !== undefined && isSettled ? <Found page={page} /> : null}</span>
      </Hidden>
      <Rows page={page} selection={selection} onInvite={onInvite} />
      {bulk.dialog}
    </>
  );
}

/** To the page that invites a list. */
function ManyLink() {
  return (
    <Link to="/invitations/new" className={buttonClass()}>
      <Trans>Invite many</Trans>
    </Link>
  );
}

/** The button that cleared the selection is gone with it. */
function restoreFocus(): void {
  const box = document.getElementById(selectPageId);
  if (box === null) focusPage();
  else box.focus();
}

/** What is selected; null on tabs where nothing is left to do, and without the right to do it. */
function useOpenSelection({ invitations }: InvitationPage): Selection | null {
  const search = route.useSearch();
  const tab = currentTab(search);
  const { permissions } = useSession();
  const ids = (invitations ?? []).map(({ id }) => id);
  const selection = useSelection(`${tab} ${search.q ?? ""}`, ids);
  const mayAct = permissions.has("invitations:send") || permissions.has("invitations:revoke");
  return mayAct && isOpenTab(tab) ? selection : null;
}

function Found({ page }: { readonly page: InvitationPage }) {
  const { i18n } = useLingui();
  const count = i18n.number(page.total?.count ?? 0);
  return <Trans>Invitations found: {count}</Trans>;
}

interface ListRowsProps {
  readonly page: InvitationPage;
  readonly selection: Selection | null;
  readonly onInvite: InvitationListProps["onInvite"];
}

function Rows({ page, selection, onInvite }: ListRowsProps) {
  const isNarrow = useIsNarrow();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const actions = useInvitationActions();
  const roles = useRoles();
  const { invitations, error, total, counts } = page;
  const { q } = search;
  const tab = currentTab(search);
  if (error !== null) {
    const isMoved = error instanceof ApiProblem && error.code === "request/cursor";
    const restart = () => void navigate({ search: { ...search, ...firstPage }, replace: true });
    return <ProblemState error={error} onRetry={isMoved ? restart : page.retry} />;
  }
  if (invitations === null || total === null) return <ListSkeleton tab={tab} hasBox={selection !== null} />;
  if (invitations.length === 0 && q !== undefined)
    return (
      <NoMatch
        search={{ ...search, q }}
        counts={counts}
        onClear={() => void navigate({ search: { tab: search.tab } })}
        onInvite={onInvite}
      />
    );
  if (invitations.length === 0 && search.after !== undefined) return <ToFirstPage />;
  if (invitations.length === 0) {
    const isFirst = counts !== null && Object.values(counts).every(({ count }) => count === 0);
    return <None tab={tab} isFirst={isFirst} onInvite={onInvite} />;
  }
  const rows = {
    invitations,
    tab,
    query: q ?? "",
    isStale: page.isStale,
    actions,
    selection,
    menu: (invitation: (typeof invitations)[number]) => (
      <RowMenu invitation={invitation} actions={actions} roles={roles} onInvite={onInvite} />
    ),
  };
  return (
    <>
      {isNarrow ? <InvitationCards {...rows} /> : <InvitationsTable {...rows} />}
      {search.after === undefined && total.count <= 1 ? null : (
        <ListPager search={search} shown={invitations.length} total={total} nextCursor={page.nextCursor} />
      )}
    </>
  );
}

/** A page that everything has left, for instance after a bulk action: the list begins before it. */
function ToFirstPage() {
  const navigate = route.useNavigate();
  useEffect(() => {
    void navigate({ search: (before) => ({ ...before, ...firstPage }), replace: true });
  }, [navigate]);
  return null;
}
