import type { RoleView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { ProblemState } from "../../../lib/api/problem-state.tsx";
import { useCatalogue } from "../../../lib/labels/use-catalogue.ts";
import { usePageTitle } from "../../../lib/navigation/use-page-title.ts";
import { RequirePermission } from "../../../lib/session/require-permission.tsx";
import { EmptyState, LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { ChevronLeftIcon } from "../../../ui/icons.tsx";
import { backClass, PageHeader } from "../../../ui/layout/page.tsx";
import { useRolesQuery } from "../use-roles.ts";
import { compareRoles, countSides } from "./compare-roles.ts";
import type { ComparedIds } from "./compared-ids.ts";
import { Comparison } from "./comparison.tsx";
import { RolePickers } from "./role-pickers.tsx";
import styles from "./roles-compare.module.css";

const route = getRouteApi("/shell/roles/compare");

/** The comparison of two roles. */
export function RolesComparePage() {
  const { t } = useLingui();
  usePageTitle(t`Compare roles`);
  return (
    <RequirePermission permission="roles:view" name={t`View roles`}>
      <Link to="/roles" className={backClass()}>
        <ChevronLeftIcon />
        <Trans>Roles</Trans>
      </Link>
      <PageHeader title={<Trans>Compare roles</Trans>} />
      <Loaded />
    </RequirePermission>
  );
}

function Loaded() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const roles = useRolesQuery();
  const catalogue = useCatalogue();
  const error = roles.error ?? catalogue.error;
  if (roles.data !== undefined && catalogue.isLoaded)
    return (
      <>
        <RolePickers
          roles={roles.data}
          compared={search}
          onChange={(compared: ComparedIds) => void navigate({ search: compared })}
        />
        <ComparedRoles roles={roles.data} compared={search} />
      </>
    );
  if (error !== null)
    return (
      <ProblemState
        error={error}
        onRetry={() => {
          void roles.refetch();
          void catalogue.refetch();
        }}
      />
    );
  return (
    <LoadingState>
      <div className={styles["pickers"]}>
        <Skeleton size="long" />
        <Skeleton size="long" />
      </div>
    </LoadingState>
  );
}

interface ComparedRolesProps {
  readonly roles: readonly RoleView[];
  readonly compared: ComparedIds;
}

function ComparedRoles({ roles, compared }: ComparedRolesProps) {
  const { catalogue, groups } = useCatalogue();
  const a = roles.find(({ id }) => id === compared.a);
  const b = roles.find(({ id }) => id === compared.b);
  const result = useMemo(
    () =>
      a === undefined || b === undefined || catalogue === null
        ? null
        : compareRoles({ catalogue, groups }, a, b),
    [catalogue, groups, a, b],
  );
  if (a === undefined || b === undefined || result === null)
    return (
      <EmptyState title={<Trans>Choose two roles</Trans>}>
        <Trans>See side by side which permissions only one role has and which both have.</Trans>
      </EmptyState>
    );
  if (a.id === b.id)
    return (
      <EmptyState title={<Trans>Both sides show the same role</Trans>}>
        <Trans>Choose a different role on one side.</Trans>
      </EmptyState>
    );
  if (result.length === 0)
    return (
      <EmptyState title={<Trans>Neither role has permissions yet</Trans>}>
        <Trans>Give one of them permissions to see them here.</Trans>
      </EmptyState>
    );
  return <Comparison a={a} b={b} groups={result} counts={countSides(result)} />;
}
