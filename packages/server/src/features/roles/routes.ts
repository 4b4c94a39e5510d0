import type { Language } from "@gatehouse/sdk/contract";
import * as contract from "@gatehouse/sdk/contract";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import { firstVersion, noVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import { withIdempotency } from "../../http/idempotency.ts";
import type { Route } from "../../http/route.ts";
import { createRole } from "./create-role.ts";
import { deleteRole } from "./delete-role.ts";
import { editRole, previewRoleEdit } from "./edit-role.ts";
import { getRole, listRoles, readRolesAhead } from "./get-roles.ts";
import { findCountedRoleAhead } from "./queries.ts";

/** Registers the endpoints of roles. */
export function registerRoleRoutes(route: Route, deps: Deps): void {
  route(
    contract.listRoles,
    { permission: "roles:view" },
    ({ query, caller }) => {
      const language = readTextLanguage(caller, query);
      return language === undefined ? null : readRolesAhead(deps, caller, { ...query, language });
    },
    async ({ actor, query, ahead }) => {
      const language = readTextLanguage(actor, query);
      return { body: await listRoles(deps, actor, { ...query, language }, ahead) };
    },
  );

  route(contract.createRole, { permission: "roles:create" }, ({ actor, query, body, idempotency }) =>
    authorizeWrite(deps, actor, (tx, actor) =>
      withIdempotency(deps, tx, actor, idempotency, async () => ({
        status: 201,
        version: firstVersion,
        body: await createRole(deps, tx, actor, { draft: body, language: readTextLanguage(actor, query) }),
      })),
    ),
  );

  route(
    contract.getRole,
    { permission: "roles:view" },
    ({ params: { roleId }, caller: { organizationId, isCaller } }) =>
      findCountedRoleAhead({ organizationId, roleId, now: deps.clock.now() }, isCaller),
    async ({ actor, params, query, ahead }) => {
      const language = readTextLanguage(actor, query);
      const { role, version } = await getRole(deps, actor, { ...params, language }, ahead);
      return { body: role, version };
    },
  );

  route(contract.editRole, { permission: "roles:edit" }, async ({ actor, params, query, body, ifMatch }) => {
    const { roleId } = params;
    if (query.preview === "true") return { body: await previewRoleEdit(deps, actor, { roleId, edit: body }) };
    const { role, version } = await editRole(deps, actor, {
      roleId,
      version: ifMatch ?? noVersion,
      edit: body,
      language: readTextLanguage(actor, query),
    });
    return { body: role, version };
  });

  route(contract.deleteRole, { permission: "roles:delete" }, async ({ actor, params, query, ifMatch }) => {
    const replacementId = query.replacement ?? null;
    await deleteRole(deps, actor, { roleId: params.roleId, version: ifMatch ?? noVersion, replacementId });
    return {};
  });
}

/** The language of a role's texts; null for the default ones. That of an expected caller may be unknown. */
function readTextLanguage<L extends Language | null | undefined>(
  { language }: { readonly language: L },
  query: { readonly language?: Language | "all" | undefined },
): L | null {
  return query.language === "all" ? null : language;
}
