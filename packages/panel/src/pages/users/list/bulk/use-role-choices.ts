import { foldText } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { useSession } from "../../../../app/session/session.tsx";
import { ceilingText, missingFor, permissionLabels } from "../../../../app/users/role-ceiling.ts";
import { useRoles } from "../../../../app/users/use-roles.ts";
import { useCatalogue } from "../../../../app/words/use-catalogue.ts";

/** A role to choose. */
export interface RoleChoice {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** How many of the users hold it, where that is worth saying. */
  readonly holders: number | null;
  readonly isSystem: boolean;
  /** Why one may not choose it. */
  readonly reason: string | null;
}

/**
 * Roles that may be added, or removed: then those that somebody of the users holds, as far as that is known. The role that
 * holds everything comes after the others, those beyond one's own rights come last, with the reason.
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
  const labels = useMemo(() => permissionLabels(groups), [groups]);
  const isRemoval = action === "remove-role";
  const judged = (roles ?? [])
    .filter(({ id }) => !isRemoval || held === null || held.has(id))
    .map((role): RoleChoice => {
      const { id, name, description, system: isSystem } = role;
      const missing = missingFor(role, permissions);
      const reason =
        missing.length === 0
          ? null
          : isRemoval
            ? t`You can’t take ${name} away: it includes permissions that you don’t hold.`
            : ceilingText(name, missing, labels, i18n);
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
