import type { RoleView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { usePageTitle } from "../../app/navigation/use-page-title.ts";
import { ProblemState } from "../../app/problem-state.tsx";
import { PermissionGate } from "../../app/session/permission-gate.tsx";
import { useRolesQuery } from "../../app/users/use-roles.ts";
import { useCatalogue } from "../../app/words/use-catalogue.ts";
import { ChevronLeftIcon } from "../../ui/icons.tsx";
import { backClass, PageHeader } from "../../ui/page.tsx";
import { Bone, EmptyState, Skeleton } from "../../ui/states.tsx";
import { type Compared, compareRoles, countSides } from "./compared.ts";
import { Comparison } from "./comparison.tsx";
import { RolePickers } from "./role-pickers.tsx";
import styles from "./roles-compare.module.css";

const route = getRouteApi("/shell/roles/compare");

/** What only one of two roles gives, and what both give. */
export function RolesComparePage() {
  const { t } = useLingui();
  usePageTitle(t`Compare roles`);
  return (
    <PermissionGate permission="roles:view" name={t`View roles`}>
      <Link to="/roles" className={backClass()}>
        <ChevronLeftIcon />
        <Trans>Roles</Trans>
      </Link>
      <PageHeader title={<Trans>Compare roles</Trans>} />
      <Loaded />
    </PermissionGate>
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
          onChange={(compared: Compared) => void navigate({ search: compared })}
        />
        <Chosen roles={roles.data} compared={search} />
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
    <Skeleton>
      <div className={styles["pickers"]}>
        <Bone size="long" />
        <Bone size="long" />
      </div>
    </Skeleton>
  );
}

interface ChosenProps {
  readonly roles: readonly RoleView[];
  readonly compared: Compared;
}

function Chosen({ roles, compared }: ChosenProps) {
  const { groups } = useCatalogue();
  const a = roles.find(({ id }) => id === compared.a);
  const b = roles.find(({ id }) => id === compared.b);
  const result = useMemo(
    () => (a === undefined || b === undefined ? null : compareRoles(groups, a, b)),
    [groups, a, b],
  );
  if (a === undefined || b === undefined || result === null)
    return (
      <EmptyState title={<Trans>Choose two roles</Trans>}>
        <Trans>Side by side you see what only one of them gives, and what both give.</Trans>
      </EmptyState>
    );
  if (a.id === b.id)
    return (
      <EmptyState title={<Trans>This is the same role twice</Trans>}>
        <Trans>Choose another one on either side.</Trans>
      </EmptyState>
    );
  if (result.length === 0)
    return (
      <EmptyState title={<Trans>Neither role gives anything yet</Trans>}>
        <Trans>Give one of them permissions, and they appear here.</Trans>
      </EmptyState>
    );
  return <Comparison a={a} b={b} groups={result} counts={countSides(result)} />;
}
