/** What an edit of a role comes to, and whether the actor may make it: the same answer for the preview and the change. */
import { compileRole, mayEditRole, type PermissionSet } from "@gatehouse/access";
import type { AuditChange } from "../../audit/record.ts";
import type { Tx } from "../../database/database.ts";
import type { Actor } from "../../http/actor.ts";
import { overCeiling, unknownPermissions } from "../../http/common-refusals.ts";
import { notFound } from "../../http/refusal.ts";
import { holdsRole } from "./holder-queries.ts";
import { findRoles, type StoredRole } from "./queries.ts";
import { ownRole, systemRole } from "./refusals.ts";

/** What may be changed of a role; what is absent stays. */
export interface RoleEdit {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** The whole new list. */
  readonly permissions?: readonly string[] | undefined;
}

/** A role before and after an edit. */
export interface PlannedEdit {
  readonly before: StoredRole;
  readonly after: Pick<StoredRole, "id" | "name" | "description" | "permissions">;
  /** What the role gives, with everything implied. */
  readonly gives: { readonly before: PermissionSet; readonly after: PermissionSet };
  readonly changes: readonly AuditChange[];
}

/**
 * Works out an edit.
 * @throws Refusal not-found, forbidden/system-role, permissions/unknown, forbidden/grant-ceiling, forbidden/own-roles
 */
export async function planEdit(tx: Tx, actor: Actor, roleId: string, edit: RoleEdit): Promise<PlannedEdit> {
  const [stored] = await findRoles(tx, actor.organizationId, [roleId]);
  if (stored === undefined) throw notFound();
  if (stored.isOwner) throw systemRole("Make a role of your own with what you need.");
  const unknown = unknownPermissions(
    actor.catalogue,
    edit.permissions ?? [],
    (index) => `permissions.${index}`,
  );
  if (unknown !== null) throw unknown;

  const plan = compare(actor, stored, edit);
  const ceiling = mayEditRole(actor.permissions, plan.gives);
  if (!ceiling.allowed) throw overCeiling(`The role ${stored.name}`, ceiling.missing);
  const isOwn = actor.ownUserId !== null && changesPermissions(plan);
  if (isOwn && (await holdsRole(tx, actor.organizationId, actor.ownUserId, roleId)))
    throw ownRole(stored.name);
  return plan;
}

function compare({ catalogue }: Actor, stored: StoredRole, edit: RoleEdit): PlannedEdit {
  const compiled = compileRole(catalogue, stored);
  const before = { ...stored, permissions: [...compiled.chosen] };
  const wanted = new Set(edit.permissions ?? before.permissions);
  const after = {
    id: stored.id,
    name: edit.name ?? stored.name,
    description: edit.description ?? stored.description,
    permissions: catalogue.permissions.filter((permission) => wanted.has(permission)),
  };
  const fields = ["name", "description", "permissions"] as const;
  return {
    before,
    after,
    gives: {
      before: compiled.permissions,
      after: compileRole(catalogue, { ...after, isOwner: false }).permissions,
    },
    changes: fields
      .filter((field) => String(before[field]) !== String(after[field]))
      .map((field) => ({ field, before: before[field], after: after[field] })),
  };
}

function changesPermissions(plan: PlannedEdit): boolean {
  return plan.changes.some(({ field }) => field === "permissions");
}
