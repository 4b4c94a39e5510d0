/** Edits roles. */
import {
  type CompiledRole,
  compileRole,
  compileRoles,
  difference,
  mayEditRole,
  type PermissionSet,
  permissionSet,
  permissionsOfRoles,
} from "@gatehouse/access";
import type { Language, RoleChange, RoleView } from "@gatehouse/sdk/contract";
import { type AuditChange, record } from "../../audit/record.ts";
import type { Actor, AuthenticatedActor } from "../../auth/actor.ts";
import { authorizeRead, authorizeWrite } from "../../auth/authorize-write.ts";
import { lockCatalogue } from "../../auth/catalogue-cache.ts";
import { findOutlastingError } from "../../auth/grant-ceiling.ts";
import type { Tx } from "../../db/database.ts";
import { isUniqueViolation } from "../../db/errors.ts";
import type { RowVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import {
  grantCeilingExceeded,
  notFound,
  preconditionFailed,
  unknownPermissions,
} from "../../errors/api-error.ts";
import {
  groupInvitationsByOtherRoles,
  groupUsersByOtherRoles,
  hasRole,
  type RoleGroup,
} from "./assignment-queries.ts";
import { type NamedRole, nameTaken, ownRole, systemRole } from "./errors.ts";
import { toRoleView } from "./get-roles.ts";
import { type CountedRole, findCountedRole, findRoles, type StoredRole, updateRole } from "./queries.ts";
import { compareTranslations, readTranslations, type TranslationsInput } from "./role-translations.ts";

/**
 * Edits a role if the version still matches. An edit without changes keeps the version and records nothing.
 * @throws ApiError not-found, forbidden/*, permissions/unknown, precondition/failed, roles/name-taken
 */
export async function editRole(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor,
  input: {
    readonly roleId: string;
    readonly version: RowVersion;
    readonly edit: RoleEdit;
    /** Of the response. */
    readonly language: Language | null;
  },
): Promise<{ readonly role: RoleView; readonly version: RowVersion }> {
  const now = deps.clock.now();
  const { organizationId } = actor;
  let names: NamedRole = { name: input.edit.name ?? "" };
  try {
    const { role, readVersion } = await authorizeWrite(deps, actor, async (tx, actor) => {
      const [{ before, after, changes }] = await Promise.all([
        planRoleEdit(tx, actor, { roleId: input.roleId, edit: input.edit, now }),
        lockCatalogue(tx, actor),
      ]);
      if (before.version !== input.version) throw preconditionFailed(before.version);
      names = after;
      const view = (role: CountedRole) => toRoleView(actor.catalogue, role, input.language);
      if (changes.length === 0) return { role: view(before), readVersion: () => before.version };
      const readVersion = updateRole(tx, organizationId, { ...after, version: input.version, now });
      const target = { type: "role", id: before.id, name: before.name };
      await record(deps, tx, actor, [
        { action: "roles.edited", target, changes: [...changes, ...leaveTemplate(before)] },
      ]);
      return { role: view({ ...before, ...after, updatedAt: now, template: null }), readVersion };
    });
    return { role, version: readVersion() };
  } catch (error) {
    for (const [index, language] of uniqueNames)
      if (isUniqueViolation(error, index)) throw nameTaken(names, language);
    throw error;
  }
}

/** An edited role is the organization's own: pushes of the operator's templates leave it as it is. */
function leaveTemplate({ template }: CountedRole): readonly AuditChange[] {
  return template === null ? [] : [{ field: "template", before: template, after: null }];
}

/** The unique indexes of names, with their language. */
const uniqueNames = [
  ["roles_name_key", null],
  ["roles_name_en", "en"],
  ["roles_name_tr", "tr"],
] as const;

/**
 * The permissions that an edit would add and remove, and how many users and invitations it affects. Counts only those
 * whose effective permissions change. Changes nothing, and throws the same errors as the edit.
 */
export async function previewRoleEdit(
  deps: Pick<Deps, "db" | "clock">,
  actor: AuthenticatedActor,
  input: { readonly roleId: string; readonly edit: RoleEdit },
): Promise<RoleChange> {
  const query = { organizationId: actor.organizationId, roleId: input.roleId, now: deps.clock.now() };
  return authorizeRead(deps, actor, async (tx, actor) => {
    const [{ effective }, users, invitations] = await Promise.all([
      planRoleEdit(tx, actor, { ...query, edit: input.edit }),
      groupUsersByOtherRoles(tx, query),
      groupInvitationsByOtherRoles(tx, query),
    ]);
    const others = [...users, ...invitations].flatMap((group) => group.otherRoleIds);
    const roles = compileRoles(
      actor.catalogue,
      await findRoles(tx, actor.organizationId, [...new Set(others)]),
    );
    const { gained, lost } = difference(effective.before, effective.after);
    return {
      gained: [...gained],
      lost: [...lost],
      users: countAffected(users, effective, roles),
      invitations: countAffected(invitations, effective, roles),
    };
  });
}

function countAffected(
  groups: readonly RoleGroup[],
  effective: { readonly before: PermissionSet; readonly after: PermissionSet },
  roles: ReadonlyMap<string, CompiledRole>,
): number {
  return groups
    .filter(({ otherRoleIds }) => {
      const otherRoles = otherRoleIds.flatMap((id) => roles.get(id) ?? []);
      const others = permissionsOfRoles(effective.before.catalogue, otherRoles);
      const before = permissionSet.union(others, effective.before);
      const after = permissionSet.union(others, effective.after);
      return !(permissionSet.isSubset(before, after) && permissionSet.isSubset(after, before));
    })
    .reduce((sum, { count }) => sum + count, 0);
}

/** Changes of a role; absent fields stay unchanged. */
export interface RoleEdit {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** The texts in all other languages. */
  readonly translations?: TranslationsInput | undefined;
  /** The whole new list. */
  readonly permissions?: readonly string[] | undefined;
}

/** A role before and after an edit. */
interface RoleEditPlan {
  readonly before: CountedRole;
  readonly after: Pick<StoredRole, "id" | "name" | "description" | "translations" | "permissions">;
  /** Effective permissions of the role, implied ones included. */
  readonly effective: { readonly before: PermissionSet; readonly after: PermissionSet };
  readonly changes: readonly AuditChange[];
}

/**
 * Computes and authorizes an edit, for the preview and for the edit itself.
 * @throws ApiError not-found, forbidden/system-role, permissions/unknown, forbidden/grant-ceiling, forbidden/own-roles
 */
async function planRoleEdit(
  tx: Tx,
  actor: Actor,
  { roleId, edit, now }: { readonly roleId: string; readonly edit: RoleEdit; readonly now: Date },
): Promise<RoleEditPlan> {
  const { organizationId, ownUserId } = actor;
  const [stored, isOwn] = await Promise.all([
    findCountedRole(tx, { organizationId, roleId, now }),
    ownUserId === null ? false : hasRole(tx, organizationId, ownUserId, roleId),
  ]);
  if (stored === null) throw notFound();
  if (stored.isOwner) throw systemRole("Make a role of your own with what you need.");
  const unknown = unknownPermissions(
    actor.catalogue,
    edit.permissions ?? [],
    (index) => `permissions.${index}`,
  );
  if (unknown !== null) throw unknown;

  const plan = compareRole(actor, stored, edit);
  const ceiling = mayEditRole(actor.permissions, plan.effective);
  if (!ceiling.allowed) throw grantCeilingExceeded(`The role ${stored.name}`, ceiling.missing);
  // What the role gains, its users keep: for longer than an actor who holds it only for a time.
  const { gained } = difference(plan.effective.before, plan.effective.after);
  const error = findOutlastingError(actor, {
    what: `What the role ${stored.name} gains`,
    names: gained,
    expiresAt: null,
  });
  if (error !== null) throw error;
  if (isOwn && changesPermissions(plan)) throw ownRole(stored.name);
  return plan;
}

function compareRole({ catalogue }: Actor, stored: CountedRole, edit: RoleEdit): RoleEditPlan {
  const compiled = compileRole(catalogue, stored);
  const before = { ...stored, permissions: [...compiled.chosen] };
  const newPermissions = new Set(edit.permissions ?? before.permissions);
  const after = {
    id: stored.id,
    name: edit.name ?? stored.name,
    description: edit.description ?? stored.description,
    translations: edit.translations === undefined ? stored.translations : readTranslations(edit.translations),
    permissions: catalogue.permissions.filter((permission) => newPermissions.has(permission)),
  };
  const compare = (...fields: readonly ("name" | "description" | "permissions")[]) =>
    fields
      .filter((field) => String(before[field]) !== String(after[field]))
      .map((field) => ({ field, before: before[field], after: after[field] }));
  return {
    before,
    after,
    effective: {
      before: compiled.permissions,
      after: compileRole(catalogue, { ...after, isOwner: false }).permissions,
    },
    changes: [
      ...compare("name", "description"),
      ...compareTranslations(before.translations, after.translations),
      ...compare("permissions"),
    ],
  };
}

function changesPermissions(plan: RoleEditPlan): boolean {
  return plan.changes.some(({ field }) => field === "permissions");
}
