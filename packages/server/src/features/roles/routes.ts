import * as contract from "@gatehouse/sdk/contract";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import { firstVersion, noVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import { withIdempotency } from "../../http/idempotency.ts";
import type { Route } from "../../http/route.ts";
import { deleteRole } from "./delete-role.ts";
import { createRole, editRole, previewRoleEdit } from "./edit-role.ts";
import { getRole, listRoles } from "./get-roles.ts";

/** Registers the endpoints of roles. */
export function registerRoleRoutes(route: Route, deps: Deps): void {
  route(contract.listRoles, { permission: "roles:view" }, async ({ actor, query }) => ({
    body: await listRoles(deps, actor, query),
  }));

  route(contract.createRole, { permission: "roles:create" }, ({ actor, body, idempotency }) =>
    authorizeWrite(deps, actor, (tx, actor) =>
      withIdempotency(deps, tx, actor, idempotency, async () => ({
        status: 201,
        version: firstVersion,
        body: await createRole(deps, tx, actor, body),
      })),
    ),
  );

  route(contract.getRole, { permission: "roles:view" }, async ({ actor, params }) => {
    const { role, version } = await getRole(deps, actor, params.roleId);
    return { body: role, version };
  });

  route(contract.editRole, { permission: "roles:edit" }, async ({ actor, params, query, body, ifMatch }) => {
    const { roleId } = params;
    if (query.preview === "true") return { body: await previewRoleEdit(deps, actor, { roleId, edit: body }) };
    const { role, version } = await editRole(deps, actor, {
      roleId,
      version: ifMatch ?? noVersion,
      edit: body,
    });
    return { body: role, version };
  });

  route(contract.deleteRole, { permission: "roles:delete" }, async ({ actor, params, query, ifMatch }) => {
    const replacementId = query.replacement ?? null;
    await deleteRole(deps, actor, { roleId: params.roleId, version: ifMatch ?? noVersion, replacementId });
    return {};
  });
}
