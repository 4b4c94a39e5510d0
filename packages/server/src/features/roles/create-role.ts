/** Creates roles. */
import { compileRole, mayGive } from "@gatehouse/access";
import type { Language, RoleView } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import type { Actor } from "../../auth/actor.ts";
import { lockCatalogue } from "../../auth/catalogue-cache.ts";
import type { Tx } from "../../db/database.ts";
import { firstVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import { grantCeilingExceeded, unknownPermissions } from "../../errors/api-error.ts";
import { nameTaken } from "./errors.ts";
import { toRoleView } from "./get-roles.ts";
import { insertRoles } from "./queries.ts";
import { findNameConflict } from "./role-names.ts";
import { compareTranslations, readTranslations, type TranslationsInput } from "./role-translations.ts";

/** The request body of a new role. */
export interface RoleDraft {
  readonly name: string;
  readonly description?: string | undefined;
  readonly translations?: TranslationsInput | undefined;
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
  { draft, language }: { readonly draft: RoleDraft; readonly language: Language | null },
): Promise<RoleView> {
  const { catalogue, organizationId } = actor;
  const unknown = unknownPermissions(catalogue, draft.permissions, (index) => `permissions.${index}`);
  if (unknown !== null) throw unknown;
  const role = {
    id: deps.ids.next(),
    name: draft.name,
    description: draft.description ?? "",
    translations: readTranslations(draft.translations ?? {}),
    permissions: [...new Set(draft.permissions)],
    isOwner: false,
  };
  const ceiling = mayGive(actor.permissions, compileRole(catalogue, role).permissions);
  if (!ceiling.allowed) throw grantCeilingExceeded(`The role ${role.name}`, ceiling.missing);

  const now = deps.clock.now();
  const [, stored] = await Promise.all([
    lockCatalogue(tx, actor),
    insertRoles(tx, organizationId, now, [role]),
  ]);
  if (stored.length === 0) {
    const conflict = await findNameConflict(tx, organizationId, role);
    throw nameTaken(role, conflict.language);
  }
  const created = {
    ...role,
    version: firstVersion,
    updatedAt: now,
    template: null,
    userCount: 0,
    invitationCount: 0,
  };
  const view = toRoleView(catalogue, created, language);
  const changes = [
    { field: "name", before: null, after: role.name },
    { field: "description", before: null, after: role.description },
    ...compareTranslations({}, role.translations),
    { field: "permissions", before: null, after: view.permissions },
  ] as const;
  await record(deps, tx, actor, [
    { action: "roles.created", target: { type: "role", id: role.id, name: role.name }, changes },
  ]);
  return view;
}
