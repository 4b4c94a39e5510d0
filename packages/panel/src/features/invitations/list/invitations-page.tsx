import type { InvitationCounts, InvitationView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { ProblemState } from "../../../lib/api/problem-text.tsx";
import { ApiProblem } from "../../../lib/api/request.ts";
import { ListPager } from "../../../lib/lists/list-pager.tsx";
import { type Selection, selectPageCheckboxId, useSelection } from "../../../lib/lists/list-rows.tsx";
import { ListSearchField } from "../../../lib/lists/list-search.tsx";
import { firstPage, formatCount } from "../../../lib/lists/paging.ts";
import { focusPage, usePageTitle } from "../../../lib/navigation/page-change.ts";
import { RequirePermission, useSession } from "../../../lib/session/session.tsx";
import { classNames } from "../../../ui/class-names.ts";
import { buttonClass } from "../../../ui/forms/button.tsx";
import { Bar, PageHeader, useHasRoom, useIsNarrow } from "../../../ui/layout/page.tsx";
import { Tabs, tabClass } from "../../../ui/layout/tabs.tsx";
import { VisuallyHidden } from "../../../ui/text.tsx";
import { useRoles } from "../../roles/use-roles.ts";
import { InvitationBulkActions, useBulk } from "../bulk/invitation-bulk-actions.tsx";
import { InviteButton, useInvite } from "../invite-provider.tsx";
import { InvitationCards } from "./invitation-cards.tsx";
import { InvitationDetails } from "./invitation-details.tsx";
import { InvitationRowMenu } from "./invitation-row-menu.tsx";
import { formatTab, getTab, hasActions, type InvitationSearch, tabs } from "./invitation-search.ts";
import styles from "./invitations.module.css";
import { InvitationsSkeleton, InvitationsTable, invitationsTableWidth } from "./invitations-table.tsx";
import { NoInvitations, NoMatchingInvitations } from "./no-invitations.tsx";
import { type InvitationPage, useInvitationActions, useInvitations } from "./use-invitations.ts";

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
function InvitationList({ invite, onInvite }: InvitationListProps) {
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
  const hasTable = useHasRoom(invitationsTableWidth);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const actions = useInvitationActions();
  const roles = useRoles();
  const [openId, setOpenId] = useState<string | null>(null);
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
    onOpen: ({ id }: InvitationView) => setOpenId(id),
    selection,
    menu: (invitation: InvitationView) => (
      <InvitationRowMenu
        invitation={invitation}
        actions={actions}
        roles={roles}
        onOpen={() => setOpenId(invitation.id)}
        onInvite={onInvite}
      />
    ),
  };
  const open = invitations.find(({ id }) => id === openId);
  return (
    <>
      {hasTable ? <InvitationsTable {...rows} /> : <InvitationCards {...rows} />}
      {open === undefined ? null : (
        <InvitationDetails
          invitation={open}
          actions={actions}
          roles={roles}
          onClose={() => setOpenId(null)}
        />
      )}
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

interface StatusTabsProps {
  readonly search: InvitationSearch;
  readonly counts: InvitationCounts | null;
}

/** The tabs with their counts; the search is kept when switching. */
function StatusTabs({ search, counts }: StatusTabsProps) {
  const { t, i18n } = useLingui();
  return (
    <Tabs label={t`Invitations by status`}>
      {tabs.map((tab) => {
        const isCurrent = tab === (search.tab ?? "pending");
        const hasTrouble = tab === "failed" && (counts?.failed.count ?? 0) > 0;
        return (
          <Link
            key={tab}
            to="/invitations"
            search={{
              ...(tab === "pending" ? {} : { tab }),
              ...(search.q === undefined ? {} : { q: search.q }),
            }}
            className={tabClass()}
            activeOptions={{ includeSearch: true, exact: true, explicitUndefined: true }}
            aria-current={isCurrent ? "page" : undefined}
          >
            {formatTab(tab, i18n)}
            {counts === null ? null : (
              <span className={classNames(styles["count"], hasTrouble && styles["trouble"])}>
                {formatCount(counts[tab], i18n)}
              </span>
            )}
          </Link>
        );
      })}
    </Tabs>
  );
}
