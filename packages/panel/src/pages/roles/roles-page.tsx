import type { RoleView } from "@gatehouse/sdk/contract";
import { foldText } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { focusFirstRow, moveBetweenRows, searchBoxId } from "../../app/lists/row-keys.ts";
import { usePageTitle } from "../../app/navigation/use-page-title.ts";
import { ProblemState } from "../../app/problem-state.tsx";
import { givenBy, impliedOf } from "../../app/roles/implied.ts";
import { useRoleDeletion } from "../../app/roles/use-role-deletion.tsx";
import { PermissionGate } from "../../app/session/permission-gate.tsx";
import { useCan } from "../../app/session/session.tsx";
import { useShortcut, useShortcuts } from "../../app/shortcuts/shortcuts.tsx";
import { useRolesQuery } from "../../app/users/use-roles.ts";
import { useCatalogue } from "../../app/words/use-catalogue.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { PlusIcon } from "../../ui/icons.tsx";
import { Bar, PageHeader } from "../../ui/page.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { Hidden } from "../../ui/text.tsx";
import { useIsNarrow } from "../../ui/use-media-query.ts";
import { RoleCards, RolesSkeleton, RolesTable } from "./roles-table.tsx";

const route = getRouteApi("/shell/roles");

/** The list of roles. */
export function RolesPage() {
  const { t } = useLingui();
  usePageTitle(t`Roles`);
  return (
    <PermissionGate permission="roles:view" name={t`View roles`}>
      <RoleList />
    </PermissionGate>
  );
}

function RoleList() {
  const { t } = useLingui();
  const { q = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const roles = useRolesQuery();
  const canCreate = useCan("roles:create");
  const { hasSingleKeys } = useShortcuts();
  useShortcut({ keys: "/", label: t`Search roles` }, () => document.getElementById(searchBoxId)?.focus());
  const found = searchRoles(roles.data ?? [], q);
  const total = roles.data?.length ?? 0;
  const shown = found.length;
  return (
    <>
      <PageHeader
        title={<Trans>Roles</Trans>}
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
          id={searchBoxId}
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
      <Hidden>
        <span role="status">
          {q === "" ? null : t`${plural(shown, { one: "# role found", other: "# roles found" })}`}
        </span>
      </Hidden>
      {roles.error !== null ? (
        <ProblemState error={roles.error} onRetry={() => void roles.refetch()} />
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
  const isNarrow = useIsNarrow();
  const { askToDelete, dialog } = useRoleDeletion();
  const { groups, isLoaded } = useCatalogue();
  const implied = useMemo(() => impliedOf(groups), [groups]);
  const countOf = (role: RoleView) => (isLoaded ? givenBy(role.permissions, implied).size : null);
  const rows = { roles, query, countOf, onDelete: askToDelete };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys are an addition to the links inside
    <div onKeyDown={moveBetweenRows}>
      {isNarrow ? <RoleCards {...rows} /> : <RolesTable {...rows} />}
      {dialog}
    </div>
  );
}

function searchRoles(roles: readonly RoleView[], query: string): readonly RoleView[] {
  const wanted = foldText(query.trim());
  return roles.filter(({ name, description }) =>
    [name, description].some((text) => foldText(text).includes(wanted)),
  );
}
