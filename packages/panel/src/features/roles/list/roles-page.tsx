import { permissionSet } from "@gatehouse/access";
import type { RoleView } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ProblemState } from "../../../lib/api/problem-text.tsx";
import { useCatalogue } from "../../../lib/labels/permission-catalogue.ts";
import { focusFirstRow, moveBetweenRows, openRow, searchFieldId } from "../../../lib/lists/list-rows.tsx";
import { usePageTitle } from "../../../lib/navigation/page-change.ts";
import { RequirePermission, useCan } from "../../../lib/session/session.tsx";
import { useShortcut, useShortcuts } from "../../../lib/shortcuts/shortcuts.tsx";
import { EmptyState } from "../../../ui/feedback/empty-states.tsx";
import { Button, buttonClass } from "../../../ui/forms/button.tsx";
import { SearchField } from "../../../ui/forms/search-field.tsx";
import { PlusIcon } from "../../../ui/icons.tsx";
import { Bar, PageHeader, useHasRoom } from "../../../ui/layout/page.tsx";
import { VisuallyHidden } from "../../../ui/text.tsx";
import { useRoleDeletion } from "../delete/delete-role-dialog.tsx";
import { searchRoles } from "../role-order.ts";
import { useRolesQuery } from "../use-roles.ts";
import { RoleCards, RolesSkeleton, RolesTable, rolesTableWidth } from "./roles-table.tsx";

const route = getRouteApi("/shell/roles");

/** The list of roles. */
export function RolesPage() {
  const { t } = useLingui();
  usePageTitle(t`Roles`);
  return (
    <RequirePermission permission="roles:view" name={t`View roles`}>
      <RoleList />
    </RequirePermission>
  );
}

function RoleList() {
  const { t } = useLingui();
  const { q = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const roles = useRolesQuery();
  const canCreate = useCan("roles:create");
  const canViewUsers = useCan("users:view");
  const { hasSingleKeys } = useShortcuts();
  useShortcut({ keys: "/", label: t`Search roles` }, () => document.getElementById(searchFieldId)?.focus());
  const found = searchRoles(roles.data ?? [], q);
  const total = roles.data?.length ?? 0;
  const shown = found.length;
  return (
    <>
      <PageHeader
        title={<Trans>Roles</Trans>}
        actions={
          canViewUsers ? (
            <Link to="/who-can" className={buttonClass()}>
              <Trans>Who can…</Trans>
            </Link>
          ) : undefined
        }
        count={roles.data === undefined ? undefined : q === "" ? total : t`${shown} of ${total}`}
        {...(canCreate
          ? {
              primary: (
                <Link to="/roles/new" className={buttonClass({ variant: "primary" })}>
                  <PlusIcon />
                  <Trans>New role</Trans>
                </Link>
              ),
            }
          : {})}
      />
      <Bar>
        <SearchField
          id={searchFieldId}
          onKeyDown={(event) => {
            if (event.key !== "ArrowDown") return;
            event.preventDefault();
            focusFirstRow();
          }}
          label={t`Search roles`}
          placeholder={t`Name or description`}
          value={q}
          onChange={(next) => void navigate({ search: { q: next || undefined }, replace: true })}
          {...(hasSingleKeys ? { hint: "/" } : {})}
        />
      </Bar>
      <VisuallyHidden>
        <span role="status">
          {q === "" ? null : t`${plural(shown, { one: "# role found", other: "# roles found" })}`}
        </span>
      </VisuallyHidden>
      {roles.error !== null ? (
        <ProblemState error={roles.error} onRetry={() => roles.refetch()} />
      ) : roles.data === undefined ? (
        <RolesSkeleton />
      ) : shown === 0 ? (
        <EmptyState
          title={<Trans>No role matches {q}</Trans>}
          actions={
            <Button onClick={() => void navigate({ search: {}, replace: true })}>
              <Trans>Clear search</Trans>
            </Button>
          }
        />
      ) : (
        <Rows roles={found} query={q} />
      )}
    </>
  );
}

function Rows({ roles, query }: { readonly roles: readonly RoleView[]; readonly query: string }) {
  const hasTable = useHasRoom(rolesTableWidth);
  const { requestDeletion, dialog } = useRoleDeletion();
  const { catalogue } = useCatalogue();
  const countPermissions = ({ permissions }: RoleView) =>
    catalogue === null
      ? null
      : permissionSet.names(permissionSet.fromStoredNames(catalogue, permissions)).length;
  const rows = { roles, query, countPermissions, onDelete: requestDeletion };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys and clicks are additions to the links inside
    <div onKeyDown={moveBetweenRows} onClick={openRow}>
      {hasTable ? <RolesTable {...rows} /> : <RoleCards {...rows} />}
      {dialog}
    </div>
  );
}
