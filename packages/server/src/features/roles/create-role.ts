import { compileRole, mayGive } from "@gatehouse/access";
import type { RoleView } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import type { Actor } from "../../auth/actor.ts";
import { lockCatalogue } from "../../auth/catalogue-cache.ts";
import type { Tx } from "../../db/database.ts";
import { firstVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import { grantCeilingExceeded, unknownPermissions } from "../../errors/common-errors.ts";
import { nameTaken } from "./errors.ts";
import { toRoleView } from "./get-roles.ts";
import { insertRoles } from "./queries.ts";

/** The request body of a new role. */
export interface RoleDraft {
  readonly name: string;
  readonly description?: string | undefined;
  readonly permissions: readonly string[];
}

/**
 * Creates a role from permissions that the actor has, inside the caller's transaction. Its version is 1.
 * @throws ApiError permissions/unknown, forbidden/grant-ceiling, roles/name-taken
 */
export async function createRole(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  actor: Actor,
  draft: RoleDraft,
): Promise<RoleView> {
  const { catalogue, organizationId } = actor;
  const unknown = unknownPermissions(catalogue, draft.permissions, (index) => `permissions.${index}`);
  if (unknown !== null) throw unknown;
  const role = {
    id: deps.ids.next(),
    name: draft.name,
    description: draft.description ?? "",
    permissions: [...new Set(draft.permissions)],
    isOwner: false,
  };
  const ceiling = mayGive(actor.permissions, compileRole(catalogue, role).permissions);
  if (!ceiling.allowed) throw grantCeilingExceeded(`The role ${role.name}`, ceiling.missing);

  await lockCatalogue(tx, actor);
  const now = deps.clock.now();
  const stored = await insertRoles(tx, organizationId, now, [role]);
  if (stored.length === 0) throw nameTaken(role.name);
  const view = toRoleView(catalogue, {
    ...role,
    nameKey: "",
    version: firstVersion,
    updatedAt: now,
    userCount: 0,
    invitationCount: 0,
  });
  const fields = ["name", "description", "permissions"] as const;
  const changes = fields.map((field) => ({ field, before: null, after: view[field] }));
  await record(deps, tx, actor, [
    { action: "roles.created", target: { type: "role", id: role.id, name: role.name }, changes },
  ]);
  return view;
}
