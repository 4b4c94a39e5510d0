/** The roles that can be added to many users or removed from them. */
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { formatCeilingError, useGrantCeiling } from "../../../lib/access/grant-ceiling.ts";
import { indexQualifiedLabels, useCatalogue } from "../../../lib/labels/permission-catalogue.ts";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { OptionList, RadioOption } from "../../../ui/forms/checkbox.tsx";
import { searchRoles, sortAllowedFirst } from "../../roles/role-order.ts";
import { useRoles } from "../../roles/use-roles.ts";
import styles from "./role-dialog.module.css";

/** A role to choose. */
export interface RoleChoice {
  readonly id: string;
  readonly name: string;
  readonly defaultName: string;
  readonly description: string;
  /** How many of the users have it, if that is useful. */
  readonly holders: number | null;
  readonly isSystem: boolean;
  /** The latest end that the actor can give; null for any. */
  readonly latestEnd: string | null;
  /** Why it can't be chosen. */
  readonly reason: string | null;
}

/** The chosen role; to add it, with the end of the grants, or null for no end. */
export interface ReviewedRole extends RoleChoice {
  readonly expiresAt: string | null;
}

/**
 * Roles that can be added or removed; for removal, those that at least one of the users has, as far as known. Roles that
 * exceed the actor's permissions, and those that all users have already, come last, with the reason.
 */
export function useRoleChoices(
  action: "add-role" | "remove-role",
  held: ReadonlyMap<string, number> | null,
  count: number | null,
  query: string,
): { readonly choices: readonly RoleChoice[]; readonly all: readonly RoleChoice[] } {
  const { t, i18n } = useLingui();
  const roles = useRoles();
  const ceiling = useGrantCeiling();
  const { groups } = useCatalogue();
  const labels = useMemo(() => indexQualifiedLabels(groups), [groups]);
  const isRemoval = action === "remove-role";
  const checkedRoles = (roles ?? [])
    .filter(({ id }) => !isRemoval || held === null || held.has(id))
    .map((role): RoleChoice => {
      const { id, name, defaultName, description, system: isSystem } = role;
      const choice = { id, name, defaultName, description, isSystem };
      if (isRemoval) {
        const reason = ceiling.canRevoke(role)
          ? null
          : t`You can’t remove ${name}: it includes permissions that you don’t have.`;
        return { ...choice, holders: held?.get(id) ?? null, latestEnd: null, reason };
      }
      const decision = ceiling.checkRole(role);
      const isHeldByAll = count !== null && held?.get(id) === count;
      const reason = isHeldByAll
        ? t`${plural(count, { one: "This person already has it.", other: "Everyone selected already has it." })}`
        : decision.allowed
          ? null
          : formatCeilingError(name, decision.missing, labels, i18n);
      const latestEnd = decision.allowed ? ceiling.latestEnd(role) : null;
      return { ...choice, holders: null, latestEnd, reason };
    });
  const all = sortAllowedFirst(checkedRoles, ({ reason }) => reason === null);
  return { all, choices: searchRoles(all, query) };
}

interface RoleChoicesProps {
  readonly choices: readonly RoleChoice[];
  readonly query: string;
  readonly roleId: string | null;
  readonly onChoose: (id: string) => void;
  readonly error: string | null;
}

/** The list of roles. */
export function RoleChoices({ choices, query, roleId, onChoose, error }: RoleChoicesProps) {
  const { t } = useLingui();
  const first = choices.find(({ reason }) => reason === null)?.id;
  return (
    <fieldset className={styles["roles"]} aria-describedby={error === null ? undefined : "bulk-role-error"}>
      <legend>
        <Trans>Role</Trans>
      </legend>
      {choices.length === 0 ? (
        <p role="status">
          <Trans>No role matches {query}.</Trans>
        </p>
      ) : (
        <OptionList items={choices} getKey={({ id }) => id}>
          {({ id, name, description, holders, reason }) => (
            <RadioOption
              name="role"
              checked={id === roleId}
              onChange={() => onChoose(id)}
              autoFocus={query === "" && id === (roleId ?? first)}
              isLocked={reason !== null}
              about={
                <>
                  {description}
                  {reason === null ? null : <span className={styles["ceiling"]}>{reason}</span>}
                </>
              }
              aside={holders === null ? null : t`held by ${holders}`}
            >
              {name}
            </RadioOption>
          )}
        </OptionList>
      )}
      {error === null ? null : (
        <div role="alert">
          <InlineNotice id="bulk-role-error" tone="bad">
            {error}
          </InlineNotice>
        </div>
      )}
    </fieldset>
  );
}
