import type { RoleView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { ProblemState } from "../../../lib/api/problem-text.tsx";
import { useCatalogue } from "../../../lib/labels/permission-catalogue.ts";
import { usePageTitle } from "../../../lib/navigation/page-change.ts";
import { RequirePermission } from "../../../lib/session/session.tsx";
import { EmptyState, LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { Select } from "../../../ui/forms/select.tsx";
import { ChevronLeftIcon, SwapIcon } from "../../../ui/icons.tsx";
import { backClass, PageHeader } from "../../../ui/layout/page.tsx";
import { useRolesQuery } from "../use-roles.ts";
import { Comparison, compareRoles, countSides } from "./comparison.tsx";
import styles from "./roles-compare.module.css";

const route = getRouteApi("/shell/roles/compare");

type ComparedIds = ReturnType<typeof route.useSearch>;

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

interface RolePickersProps {
  readonly roles: readonly RoleView[];
  readonly compared: ComparedIds;
  readonly onChange: (compared: ComparedIds) => void;
}

/** Chooses the two roles and swaps them. */
function RolePickers({ roles, compared, onChange }: RolePickersProps) {
  const { t } = useLingui();
  const { a, b } = compared;
  const choices = roles.map(({ id, name }) => ({ value: id, text: name }));
  const isGone = (id: string | undefined) => id !== undefined && !roles.some((role) => role.id === id);
  const gone = t`This role no longer exists. Choose another one.`;
  const isFirstOpen = a === undefined;
  return (
    <div className={styles["pickers"]}>
      <Select
        label={t`First role`}
        value={a ?? null}
        placeholder={t`Choose a role`}
        choices={choices}
        error={isGone(a) ? gone : undefined}
        isFocused={isFirstOpen}
        onChange={(id) => onChange({ a: id, b })}
      />
      <Select
        label={t`Second role`}
        value={b ?? null}
        placeholder={t`Choose a role`}
        choices={choices}
        error={isGone(b) ? gone : undefined}
        isFocused={!isFirstOpen && b === undefined}
        onChange={(id) => onChange({ a, b: id })}
      />
      {a === undefined || b === undefined ? null : (
        <Button icon={<SwapIcon />} onClick={() => onChange({ a: b, b: a })}>
          <Trans>Swap</Trans>
        </Button>
      )}
    </div>
  );
}
