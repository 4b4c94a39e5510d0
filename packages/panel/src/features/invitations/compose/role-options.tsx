/** The roles of an invitation. */
import type { RoleView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { type KeyboardEvent, useMemo, useState } from "react";
import { formatCeilingError, useGrantCeiling } from "../../../lib/access/grant-ceiling.ts";
import { ProblemState } from "../../../lib/api/problem-text.tsx";
import { indexQualifiedLabels, useCatalogue } from "../../../lib/labels/permission-catalogue.ts";
import { dateOnly } from "../../../ui/data-display/relative-time.ts";
import { LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Option, OptionList } from "../../../ui/forms/checkbox.tsx";
import { SearchField } from "../../../ui/forms/search-field.tsx";
import { minRolesForSearch, searchRoles, sortAllowedFirst } from "../../roles/role-order.ts";
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
  const [search, setSearch] = useState("");
  const all = query.data ?? none;
  const sorted = useMemo(() => {
    const checked = searchRoles(all, search).map((role) => ({ role, decision: ceiling.checkRole(role) }));
    return sortAllowedFirst(checked, ({ decision }) => decision.allowed);
  }, [all, search, ceiling]);
  const hidden = all.filter(({ id }) => chosen.has(id) && !sorted.some(({ role }) => role.id === id));
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
        <>
          {all.length < minRolesForSearch ? null : (
            <SearchField
              label={t`Search roles`}
              placeholder={t`Role`}
              value={search}
              onChange={setSearch}
              onKeyDown={preventSubmit}
            />
          )}
          <OptionList items={sorted} getKey={({ role }) => role.id}>
            {({ role, decision }) => (
              <Option
                {...(role.id === firstOpen ? { id: rolesId } : {})}
                name={role.name}
                isLocked={!decision.allowed}
                checked={chosen.has(role.id)}
                onChange={() => onToggle(role.id)}
                aside={lastUsed.includes(role.id) && decision.allowed ? t`Last used` : null}
                about={
                  <>
                    {role.description}
                    <OwnEnd latest={decision.allowed ? ceiling.latestEnd(role) : null} />
                    {decision.allowed ? null : (
                      <span className={styles["ceiling"]}>
                        {formatCeilingError(role.name, decision.missing, labels, i18n)}
                      </span>
                    )}
                  </>
                }
              />
            )}
          </OptionList>
          {sorted.length === 0 ? (
            <p role="status">
              <Trans>No role matches {search}.</Trans>
            </p>
          ) : null}
          {hidden.length === 0 ? null : <HiddenRoles roles={hidden} />}
        </>
      )}
      {error === undefined ? null : (
        <InlineNotice id={`${rolesId}-error`} tone="bad">
          {error}
        </InlineNotice>
      )}
    </fieldset>
  );
}

/** Until when the signed-in user holds a role, which is the latest end that they can give. */
function OwnEnd({ latest }: { readonly latest: string | null }) {
  const { i18n } = useLingui();
  if (latest === null) return null;
  const end = dateOnly(new Date(latest), i18n.locale);
  return (
    <span className={styles["ceiling"]}>
      <Trans>You have this only until {end}. Choose how long the access lasts.</Trans>
    </span>
  );
}

const none: readonly RoleView[] = [];

/** Enter searches; it must not send the form. */
function preventSubmit(event: KeyboardEvent) {
  if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) event.preventDefault();
}

/** Chosen roles that the search hides. */
function HiddenRoles({ roles }: { readonly roles: readonly RoleView[] }) {
  const { i18n } = useLingui();
  const names = new Intl.ListFormat(i18n.locale).format(roles.map(({ name }) => name));
  return (
    <p className={styles["hidden"]}>
      <Trans>Also chosen: {names}</Trans>
    </p>
  );
}
