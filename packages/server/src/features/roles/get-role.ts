import type { RoleView } from "@gatehouse/sdk/contract";
import type { RowVersion } from "../../database/row-version.ts";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { notFound } from "../../http/refusal.ts";
import { findCountedRole } from "./queries.ts";
import { viewRole } from "./role-view.ts";

/**
 * One role and its version.
 * @throws Refusal not-found
 */
export async function getRole(
  deps: Pick<Deps, "db" | "clock">,
  actor: Actor,
  roleId: string,
): Promise<{ readonly role: RoleView; readonly version: RowVersion }> {
  const { organizationId } = actor;
  const role = await deps.db.tenant(
    organizationId,
    (tx) => findCountedRole(tx, { organizationId, roleId, now: deps.clock.now() }),
    { readOnly: true },
  );
  if (role === null) throw notFound();
  return { role: viewRole(actor.catalogue, role), version: role.version };
}
