/** A role as the wire shows it. Pure. */
import type { Catalogue } from "@gatehouse/access";
import type { CatalogueGroup, RoleView } from "@gatehouse/sdk/contract";
import type { CountedRole } from "./queries.ts";

/**
 * The role with the permissions that were chosen for it, in catalogue order. Names that have left the catalogue give
 * nothing and are left out, so that what is shown can be saved again; the owner role shows the whole catalogue.
 */
export function viewRole(catalogue: Catalogue, role: CountedRole): RoleView {
  const chosen = new Set(role.permissions);
  return {
    id: role.id,
    name: role.name,
    description: role.description,
    system: role.isOwner,
    permissions: catalogue.permissions.filter((permission) => role.isOwner || chosen.has(permission)),
    userCount: role.userCount,
    invitationCount: role.invitationCount,
    updatedAt: role.updatedAt.toISOString(),
  };
}

/** The catalogue as the wire shows it: Gatehouse's own groups after the panel's. */
export function viewCatalogue({ definition }: Catalogue): { readonly groups: CatalogueGroup[] } {
  return {
    groups: definition.map((group) => ({
      ...group,
      actions: group.actions.map((action) => ({ ...action, implies: [...action.implies] })),
    })),
  };
}
