import { foldText } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { useCatalogue } from "../../../lib/labels/use-catalogue.ts";
import { useSession } from "../../../lib/session/session.tsx";
import { useRoles } from "../../roles/use-roles.ts";
import { formatCeilingError, indexQualifiedLabels, listMissingPermissions } from "../grant-ceiling.ts";

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
  const { permissions } = useSession();
  const { groups } = useCatalogue();
  const labels = useMemo(() => indexQualifiedLabels(groups), [groups]);
  const isRemoval = action === "remove-role";
  const judged = (roles ?? [])
    .filter(({ id }) => !isRemoval || held === null || held.has(id))
    .map((role): RoleChoice => {
      const { id, name, description, system: isSystem } = role;
      const missing = listMissingPermissions(role, permissions);
      const reason =
        missing.length === 0
          ? null
          : isRemoval
            ? t`You can’t remove ${name}: it includes permissions that you don’t have.`
            : formatCeilingError(name, missing, labels, i18n);
      const holders = isRemoval ? (held?.get(id) ?? null) : null;
      return { id, name, description, holders, isSystem, reason };
    });
  const all = [
    ...judged.filter(({ reason, isSystem }) => reason === null && !isSystem),
    ...judged.filter(({ reason, isSystem }) => reason === null && isSystem),
    ...judged.filter(({ reason }) => reason !== null),
  ];
  const wanted = foldText(query.trim());
  return { all, choices: all.filter(({ name }) => foldText(name).includes(wanted)) };
}
