import { foldText } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { formatCeilingError } from "../../../lib/access/grant-ceiling.ts";
import { useGrantCeiling } from "../../../lib/access/use-grant-ceiling.ts";
import { indexQualifiedLabels } from "../../../lib/labels/permission-labels.ts";
import { useCatalogue } from "../../../lib/labels/use-catalogue.ts";
import { useRoles } from "../../roles/use-roles.ts";

/** A role to choose. */
export interface RoleChoice {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** How many of the users have it, if that is useful. */
  readonly holders: number | null;
  readonly isSystem: boolean;
  /** Why it can't be chosen. */
  readonly reason: string | null;
}

/**
 * Roles that can be added or removed; for removal, those that at least one of the users has, as far as known. The owner role
 * comes after the others; roles that exceed the actor's permissions come last, with the reason.
 */
export function useRoleChoices(
  action: "add-role" | "remove-role",
  held: ReadonlyMap<string, number> | null,
  query: string,
): { readonly choices: readonly RoleChoice[]; readonly all: readonly RoleChoice[] } {
  const { t, i18n } = useLingui();
  const roles = useRoles();
  const ceiling = useGrantCeiling();
  const { groups } = useCatalogue();
  const labels = useMemo(() => indexQualifiedLabels(groups), [groups]);
  const isRemoval = action === "remove-role";
  const judged = (roles ?? [])
    .filter(({ id }) => !isRemoval || held === null || held.has(id))
    .map((role): RoleChoice => {
      const { id, name, description, system: isSystem } = role;
      if (isRemoval) {
        const reason = ceiling.canRevoke(role)
          ? null
          : t`You can’t remove ${name}: it includes permissions that you don’t have.`;
        return { id, name, description, holders: held?.get(id) ?? null, isSystem, reason };
      }
      const decision = ceiling.checkRole(role);
      const reason = decision.allowed ? null : formatCeilingError(name, decision.missing, labels, i18n);
      return { id, name, description, holders: null, isSystem, reason };
    });
  const all = [
    ...judged.filter(({ reason, isSystem }) => reason === null && !isSystem),
    ...judged.filter(({ reason, isSystem }) => reason === null && isSystem),
    ...judged.filter(({ reason }) => reason !== null),
  ];
  const wanted = foldText(query.trim());
  return { all, choices: all.filter(({ name }) => foldText(name).includes(wanted)) };
}
