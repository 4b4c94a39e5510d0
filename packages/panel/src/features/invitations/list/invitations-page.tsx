import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { ApiProblem } from "../../../lib/api/problem.ts";
import { ProblemState } from "../../../lib/api/problem-state.tsx";
import { ListPager } from "../../../lib/lists/list-pager.tsx";
import { ListSearchField } from "../../../lib/lists/list-search-field.tsx";
import { firstPage } from "../../../lib/lists/paging.ts";
import { type Selection, useSelection } from "../../../lib/lists/use-selection.ts";
import { focusPage } from "../../../lib/navigation/use-focus-on-navigation.ts";
import { usePageTitle } from "../../../lib/navigation/use-page-title.ts";
import { RequirePermission } from "../../../lib/session/require-permission.tsx";
import { useSession } from "../../../lib/session/session.tsx";
import { buttonClass } from "../../../ui/forms/button.tsx";
import { Bar, PageHeader } from "../../../ui/layout/page.tsx";
import { useIsNarrow } from "../../../ui/layout/use-media-query.ts";
import { VisuallyHidden } from "../../../ui/text.tsx";
import { useRoles } from "../../roles/use-roles.ts";
import { InvitationBulkActions } from "../bulk/invitation-bulk-actions.tsx";
import { useBulk } from "../bulk/use-bulk.tsx";
import { InviteButton, useInvite } from "../invite-provider.tsx";
import { InvitationCards } from "./invitation-cards.tsx";
import { InvitationRowMenu } from "./invitation-row-menu.tsx";
import { getTab, hasActions } from "./invitation-search.ts";
import { InvitationsSkeleton, InvitationsTable, selectPageCheckboxId } from "./invitations-table.tsx";
import { NoInvitations, NoMatchingInvitations } from "./no-invitations.tsx";
import { StatusTabs } from "./status-tabs.tsx";
import { useInvitationActions } from "./use-invitation-actions.ts";
import { type InvitationPage, useInvitations } from "./use-invitations.ts";

/** The list of invitations. */
export function InvitationsPage() {
  const { t } = useLingui();
  const invite = useInvite();
  usePageTitle(t`Invitations`);
  return (
    <RequirePermission permission="invitations:view" name={t`View invitations`}>
      <InvitationList onInvite={invite} invite={invite === null ? null : <InviteButton />} />
    </RequirePermission>
  );
}

const route = getRouteApi("/shell/invitations");

interface InvitationListProps {
  /** The primary button. */
  readonly invite: ReactNode;
  /** Opens the invite dialog with an address; null without permission to invite. */
  readonly onInvite: ((address: string) => void) | null;
}

/** Header, tabs, search or bulk actions, rows and pager. */
export function InvitationList({ invite, onInvite }: InvitationListProps) {
  const { t } = useLingui();
  const isNarrow = useIsNarrow();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const page = useInvitations(search);
  const selection = useTabSelection(page);
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
        {...(hasInvite ? { primary: invite, actions: <InviteManyLink /> } : {})}
      />
      <StatusTabs search={search} counts={page.counts} />
      {isSelecting ? (
        <InvitationBulkActions
          selection={selection}
          total={page.total}
          onAct={(action) => bulk.request(action, selection, page.total)}
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
      <VisuallyHidden>
        <span role="status">{search.q !== undefined && isSettled ? <FoundCount page={page} /> : null}</span>
      </VisuallyHidden>
      <Rows page={page} selection={selection} onInvite={onInvite} />
      {bulk.dialog}
    </>
  );
}

/** Link to the page for inviting many people. */
function InviteManyLink() {
  return (
    <Link to="/invitations/new" className={buttonClass()}>
      <Trans>Invite many</Trans>
    </Link>
  );
}

/** Moves the focus after the button that cleared the selection was removed. */
function restoreFocus(): void {
  const box = document.getElementById(selectPageCheckboxId);
  if (box === null) focusPage();
  else box.focus();
}

/** The selection; null on tabs without bulk actions and without permission for them. */
function useTabSelection({ invitations }: InvitationPage): Selection | null {
  const search = route.useSearch();
  const tab = getTab(search);
  const { permissions } = useSession();
  const ids = (invitations ?? []).map(({ id }) => id);
  const selection = useSelection(`${tab} ${search.q ?? ""}`, ids);
  const canAct = permissions.has("invitations:send") || permissions.has("invitations:revoke");
  return canAct && hasActions(tab) ? selection : null;
}

function FoundCount({ page }: { readonly page: InvitationPage }) {
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
  const tab = getTab(search);
  if (error !== null) {
    const isMoved = error instanceof ApiProblem && error.code === "request/cursor";
    const restart = () => void navigate({ search: { ...search, ...firstPage }, replace: true });
    return <ProblemState error={error} onRetry={isMoved ? restart : page.retry} />;
  }
  if (invitations === null || total === null)
    return <InvitationsSkeleton tab={tab} hasBox={selection !== null} />;
  if (invitations.length === 0 && q !== undefined)
    return (
      <NoMatchingInvitations
        search={{ ...search, q }}
        counts={counts}
        onClear={() => void navigate({ search: { tab: search.tab } })}
        onInvite={onInvite}
      />
    );
  if (invitations.length === 0 && search.after !== undefined) return <RedirectToFirstPage />;
  if (invitations.length === 0) {
    const isFirst = counts !== null && Object.values(counts).every(({ count }) => count === 0);
    return <NoInvitations tab={tab} isFirst={isFirst} onInvite={onInvite} />;
  }
  const rows = {
    invitations,
    tab,
    query: q ?? "",
    isStale: page.isStale,
    actions,
    selection,
    menu: (invitation: (typeof invitations)[number]) => (
      <InvitationRowMenu invitation={invitation} actions={actions} roles={roles} onInvite={onInvite} />
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

/** Goes to the first page if this one is empty, for example after a bulk action. */
function RedirectToFirstPage() {
  const navigate = route.useNavigate();
  useEffect(() => {
    void navigate({ search: (before) => ({ ...before, ...firstPage }), replace: true });
  }, [navigate]);
  return null;
}
