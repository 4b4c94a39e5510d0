import type { RoleView } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import { isUniqueViolation } from "../../database/errors.ts";
import type { RowVersion } from "../../database/row-version.ts";
import type { Deps } from "../../deps.ts";
import type { AuthenticatedActor } from "../../http/actor.ts";
import { authorizeWrite } from "../../http/authorize-write.ts";
import { holdCatalogue } from "../../http/catalogues.ts";
import { stale } from "../../http/common-refusals.ts";
import { notFound } from "../../http/refusal.ts";
import { planEdit, type RoleEdit } from "./plan-edit.ts";
import { findCountedRole, updateRole } from "./queries.ts";
import { nameTaken } from "./refusals.ts";
import { viewRole } from "./role-view.ts";

/**
 * Changes a role that still has the version the caller saw. An edit that changes nothing leaves version and log alone.
 * @throws Refusal not-found, forbidden/*, permissions/unknown, precondition/failed, roles/name-taken
 */
export async function editRole(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor,
  input: { readonly roleId: string; readonly version: RowVersion; readonly edit: RoleEdit },
): Promise<{ readonly role: RoleView; readonly version: RowVersion }> {
  const now = deps.clock.now();
  const { organizationId } = actor;
  try {
    return await authorizeWrite(deps, actor, async (tx, actor) => {
      const { before, after, changes } = await planEdit(tx, actor, input.roleId, input.edit);
      if (before.version !== input.version) throw stale(before.version);
      if (changes.length > 0) {
        await holdCatalogue(tx, actor);
        const isEdited = await updateRole(tx, organizationId, { ...after, version: input.version, now });
        if (!isEdited) throw stale(before.version, 1);
      }
      const edited = await findCountedRole(tx, { organizationId, roleId: input.roleId, now });
      if (edited === null) throw notFound();
      const target = { type: "role", id: edited.id, name: before.name };
      if (changes.length > 0) await record(deps, tx, actor, [{ action: "roles.edited", target, changes }]);
      return { role: viewRole(actor.catalogue, edited), version: edited.version };
    });
  } catch (error) {
    if (isUniqueViolation(error, "roles_name_key")) throw nameTaken(input.edit.name ?? "");
    throw error;
  }
}
