import type { RoleView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { Option, Options } from "../../ui/checkbox.tsx";
import { Reason } from "../../ui/reason.tsx";
import { Bone, Skeleton } from "../../ui/states.tsx";
import { ProblemState } from "../problem-state.tsx";
import { useSession } from "../session/session.tsx";
import { ceilingText, missingFor, permissionLabels } from "../users/role-ceiling.ts";
import type { useRolesQuery } from "../users/use-roles.ts";
import { useCatalogue } from "../words/use-catalogue.ts";
import styles from "./invite.module.css";

/** Id of the first role that may be chosen, for the error summary. */
export const rolesId = "invite-roles";

interface RoleOptionsProps {
  readonly query: ReturnType<typeof useRolesQuery>;
  readonly chosen: ReadonlySet<string>;
  /** Roles of the invitation before. */
  readonly lastUsed: readonly string[];
  readonly error?: string | undefined;
  readonly onToggle: (roleId: string) => void;
}

/** The roles to give; those beyond one's own rights stay in the list with their reason. */
export function RoleOptions({ query, chosen, lastUsed, error, onToggle }: RoleOptionsProps) {
  const { t, i18n } = useLingui();
  const { permissions } = useSession();
  const { groups } = useCatalogue();
  const labels = useMemo(() => permissionLabels(groups), [groups]);
  const sorted = useMemo(() => openFirst(query.data ?? [], permissions), [query.data, permissions]);
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
          <Skeleton>
            <Bone size="long" />
          </Skeleton>
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
                    <span className={styles["ceiling"]}>{ceilingText(role.name, missing, labels, i18n)}</span>
                  )}
                </>
              }
            />
          ))}
        </Options>
      )}
      {error === undefined ? null : (
        <Reason id={`${rolesId}-error`} tone="bad">
          {error}
        </Reason>
      )}
    </fieldset>
  );
}

/** What can be given stands first, the role that holds everything after the others; then what can't. */
function openFirst(roles: readonly RoleView[], held: ReadonlySet<string>) {
  const judged = roles.map((role) => ({ role, missing: missingFor(role, held) }));
  return [
    ...judged.filter(({ role, missing }) => missing.length === 0 && !role.system),
    ...judged.filter(({ role, missing }) => missing.length === 0 && role.system),
    ...judged.filter(({ missing }) => missing.length > 0),
  ];
}
