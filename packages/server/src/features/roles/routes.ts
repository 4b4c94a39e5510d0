import {
  createRole,
  deleteRole,
  editRole,
  getPermissions,
  getRole,
  listRoles,
} from "@gatehouse/sdk/contract";
import { firstVersion, noVersion } from "../../database/row-version.ts";
import type { Deps } from "../../deps.ts";
import { authorizeWrite } from "../../http/authorize-write.ts";
import type { Bind } from "../../http/bind.ts";
import { versionOf } from "../../http/catalogues.ts";
import { idempotently } from "../../http/idempotency.ts";
import { createRole as create } from "./create-role.ts";
import { deleteRole as remove } from "./delete-role.ts";
import { editRole as edit } from "./edit-role.ts";
import { getRole as get } from "./get-role.ts";
import { listRoles as list } from "./list-roles.ts";
import { previewRoleEdit } from "./preview-role-edit.ts";
import { viewCatalogue } from "./role-view.ts";

/** Binds the catalogue and the roles to their endpoints. */
export function registerRoleRoutes(bind: Bind, deps: Deps): void {
  bind(getPermissions, { member: true }, async ({ actor }) => ({
    body: viewCatalogue(actor.catalogue),
    version: versionOf(actor.catalogue),
  }));

  bind(listRoles, { permission: "roles:view" }, async ({ actor, query }) => ({
    body: await list(deps, actor, query),
  }));

  bind(createRole, { permission: "roles:create" }, ({ actor, body, idempotency }) =>
    authorizeWrite(deps, actor, (tx, actor) =>
      idempotently(deps, tx, actor, idempotency, async () => ({
        status: 201,
        version: firstVersion,
        body: await create(deps, tx, actor, body),
      })),
    ),
  );

  bind(getRole, { permission: "roles:view" }, async ({ actor, params }) => {
    const { role, version } = await get(deps, actor, params.roleId);
    return { body: role, version };
  });

  bind(editRole, { permission: "roles:edit" }, async ({ actor, params, query, body, ifMatch }) => {
    const { roleId } = params;
    if (query.preview === "true") return { body: await previewRoleEdit(deps, actor, { roleId, edit: body }) };
    const { role, version } = await edit(deps, actor, { roleId, version: ifMatch ?? noVersion, edit: body });
    return { body: role, version };
  });

  bind(deleteRole, { permission: "roles:delete" }, async ({ actor, params, query, ifMatch }) => {
    const replacementId = query.replacement ?? null;
    await remove(deps, actor, { roleId: params.roleId, version: ifMatch ?? noVersion, replacementId });
    return {};
  });
}
