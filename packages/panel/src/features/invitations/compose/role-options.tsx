import type { RoleView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { ProblemState } from "../../../lib/api/problem-state.tsx";
import { useCatalogue } from "../../../lib/labels/use-catalogue.ts";
import { useSession } from "../../../lib/session/session.tsx";
import { LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Option, Options } from "../../../ui/forms/checkbox.tsx";
import type { useRolesQuery } from "../../roles/use-roles.ts";
import {
  formatCeilingError,
  indexQualifiedLabels,
  listMissingPermissions,
} from "../../users/grant-ceiling.ts";
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
  const { permissions } = useSession();
  const { groups } = useCatalogue();
  const labels = useMemo(() => indexQualifiedLabels(groups), [groups]);
  const sorted = useMemo(() => sortAssignableFirst(query.data ?? [], permissions), [query.data, permissions]);
  const firstOpen = sorted.find(({ missing }) => missing.length === 0)?.role.id;
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
          {sorted.map(({ role, missing }) => (
            <Option
              key={role.id}
              {...(role.id === firstOpen ? { id: rolesId } : {})}
              name={role.name}
              isLocked={missing.length > 0}
              checked={chosen.has(role.id)}
              onChange={() => onToggle(role.id)}
              aside={lastUsed.includes(role.id) && missing.length === 0 ? t`Last used` : null}
              about={
                <>
                  {role.description}
                  {missing.length === 0 ? null : (
                    <span className={styles["ceiling"]}>
                      {formatCeilingError(role.name, missing, labels, i18n)}
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
function sortAssignableFirst(roles: readonly RoleView[], held: ReadonlySet<string>) {
  const checked = roles.map((role) => ({ role, missing: listMissingPermissions(role, held) }));
  return [
    ...checked.filter(({ role, missing }) => missing.length === 0 && !role.system),
    ...checked.filter(({ role, missing }) => missing.length === 0 && role.system),
    ...checked.filter(({ missing }) => missing.length > 0),
  ];
}
