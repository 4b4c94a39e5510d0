import type { RoleView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { formatCeilingError, type GrantCeiling } from "../../../lib/access/grant-ceiling.ts";
import { useGrantCeiling } from "../../../lib/access/use-grant-ceiling.ts";
import { ProblemState } from "../../../lib/api/problem-state.tsx";
import { indexQualifiedLabels } from "../../../lib/labels/permission-labels.ts";
import { useCatalogue } from "../../../lib/labels/use-catalogue.ts";
import { LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Option, Options } from "../../../ui/forms/checkbox.tsx";
import type { useRolesQuery } from "../../roles/use-roles.ts";
import styles from "./compose.module.css";

/** Id of the first assignable role, for the error summary. */
export const rolesId = "invite-roles";

interface RoleOptionsProps {
  readonly query: ReturnType<typeof useRolesQuery>;
  readonly chosen: ReadonlySet<string>;
  /** Roles of the previous invitation. */
  readonly lastUsed: readonly string[];
  readonly error?: string | undefined;
  readonly onToggle: (roleId: string) => void;
}

/** The roles to assign. Roles beyond the user's own permissions are disabled, with the reason. */
export function RoleOptions({ query, chosen, lastUsed, error, onToggle }: RoleOptionsProps) {
  const { t, i18n } = useLingui();
  const ceiling = useGrantCeiling();
  const { groups } = useCatalogue();
  const labels = useMemo(() => indexQualifiedLabels(groups), [groups]);
  const sorted = useMemo(() => sortAssignableFirst(query.data ?? [], ceiling), [query.data, ceiling]);
  const firstOpen = sorted.find(({ decision }) => decision.allowed)?.role.id;
  return (
    <fieldset
      className={styles["roles"]}
      aria-describedby={error === undefined ? undefined : `${rolesId}-error`}
    >
      <legend>
        <Trans>Roles</Trans>
      </legend>
      {query.data === undefined ? (
        query.error === null ? (
          <LoadingState>
            <Skeleton size="long" />
          </LoadingState>
        ) : (
          <ProblemState error={query.error} onRetry={() => void query.refetch()} />
        )
      ) : (
        <Options>
          {sorted.map(({ role, decision }) => (
            <Option
              key={role.id}
              {...(role.id === firstOpen ? { id: rolesId } : {})}
              name={role.name}
              isLocked={!decision.allowed}
              checked={chosen.has(role.id)}
              onChange={() => onToggle(role.id)}
              aside={lastUsed.includes(role.id) && decision.allowed ? t`Last used` : null}
              about={
                <>
                  {role.description}
                  {decision.allowed ? null : (
                    <span className={styles["ceiling"]}>
                      {formatCeilingError(role.name, decision.missing, labels, i18n)}
                    </span>
                  )}
                </>
              }
            />
          ))}
        </Options>
      )}
      {error === undefined ? null : (
        <InlineNotice id={`${rolesId}-error`} tone="bad">
          {error}
        </InlineNotice>
      )}
    </fieldset>
  );
}

/** Assignable roles first, with the system role last among them; then the others. */
function sortAssignableFirst(roles: readonly RoleView[], ceiling: GrantCeiling) {
  const checked = roles.map((role) => ({ role, decision: ceiling.checkRole(role) }));
  return [
    ...checked.filter(({ role, decision }) => decision.allowed && !role.system),
    ...checked.filter(({ role, decision }) => decision.allowed && role.system),
    ...checked.filter(({ decision }) => !decision.allowed),
  ];
}
