import { compileRole, mayGive } from "@gatehouse/access";
import { type AuditChange, type AuditEntry, record } from "../../audit/record.ts";
import type { Tx } from "../../database/database.ts";
import type { RowVersion } from "../../database/row-version.ts";
import type { Deps } from "../../deps.ts";
import { type Actor, type AuthenticatedActor, referenceTo } from "../../http/actor.ts";
import { authorizeWrite } from "../../http/authorize-write.ts";
import { overCeiling, stale } from "../../http/common-refusals.ts";
import { notFound, Refusal } from "../../http/refusal.ts";
import { requireAllWithinCeiling } from "./holder-ceiling.ts";
import {
  grantReplacement,
  holdsRole,
  listRoleHolders,
  lockHolders,
  offerReplacement,
  type RoleAt,
  type RoleHolder,
  withdrawRole,
} from "./holder-queries.ts";
import {
  type CountedRole,
  findCountedRole,
  findRoles,
  lockRoles,
  removeRole,
  type StoredRole,
} from "./queries.ts";
import { inUse, ownRole, systemRole, unknownRoles } from "./refusals.ts";

interface Deletion {
  readonly roleId: string;
  readonly version: RowVersion;
  /** The role that holders and invited people get in its place; needed as soon as there is one. */
  readonly replacementId: string | null;
}

/**
 * Deletes a role. Both roles stay locked until the commit: whoever gives one of them to somebody at the same moment
 * waits, and then finds it gone.
 * @throws Refusal not-found, forbidden/*, roles/unknown, roles/in-use, precondition/failed
 */
export async function deleteRole(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor,
  input: Deletion,
): Promise<void> {
  const at = { organizationId: actor.organizationId, roleId: input.roleId, now: deps.clock.now() };
  await authorizeWrite(deps, actor, async (tx, actor) => {
    await lockRoles(tx, at.organizationId, [
      at.roleId,
      ...(input.replacementId === null ? [] : [input.replacementId]),
    ]);
    const { role, replacement } = await findBoth(tx, at, input);
    requireWithinCeiling(actor, role, replacement);
    if (role.version !== input.version) throw stale(role.version);
    const usage = { users: role.userCount, invitations: role.invitationCount };
    if (replacement === null && usage.users + usage.invitations > 0) throw inUse(usage);

    const moved = replacement === null ? [] : await replace(tx, actor, at, { role, replacement });
    await withdrawRole(tx, at.organizationId, at.roleId);
    await removeRole(tx, at.organizationId, at.roleId);
    await record(deps, tx, actor, [deletionOf(role, replacement), ...moved]);
  });
}

async function findBoth(
  tx: Tx,
  at: RoleAt,
  { replacementId }: Deletion,
): Promise<{ readonly role: CountedRole; readonly replacement: StoredRole | null }> {
  const role = await findCountedRole(tx, at);
  if (role === null) throw notFound();
  if (role.isOwner) throw systemRole("It can't be deleted either.");
  if (replacementId === null) return { role, replacement: null };
  if (replacementId === role.id)
    throw new Refusal("request/invalid", {
      detail: "A role can't take its own place. Choose another one.",
      errors: [{ path: "replacement", code: "request/invalid", detail: "Choose another role." }],
    });
  const [replacement] = await findRoles(tx, at.organizationId, [replacementId]);
  if (replacement === undefined) throw unknownRoles([replacementId], "replacement");
  if (replacement.isOwner)
    throw systemRole("Make owners one by one, on each user's page, and choose another role here.");
  return { role, replacement };
}

function requireWithinCeiling(actor: Actor, role: StoredRole, replacement: StoredRole | null): void {
  for (const touched of replacement === null ? [role] : [role, replacement]) {
    const ceiling = mayGive(actor.permissions, compileRole(actor.catalogue, touched).permissions);
    if (!ceiling.allowed) throw overCeiling(`The role ${touched.name}`, ceiling.missing);
  }
}

async function replace(
  tx: Tx,
  actor: Actor,
  at: RoleAt,
  { role, replacement }: { readonly role: StoredRole; readonly replacement: StoredRole },
): Promise<readonly AuditEntry[]> {
  if (actor.ownUserId !== null && (await holdsRole(tx, at.organizationId, actor.ownUserId, role.id)))
    throw ownRole(role.name);
  await lockHolders(tx, at);
  await requireAllWithinCeiling(tx, actor, at, role);
  const holders = await listRoleHolders(tx, at);
  await grantReplacement(tx, at, { roleId: replacement.id, grantedBy: referenceTo(actor) });
  await offerReplacement(tx, at, replacement.id);
  return holders.map((holder) => moveOf(holder, role.name, replacement.name));
}

function moveOf(holder: RoleHolder, from: string, to: string): AuditEntry {
  const kept = holder.roles.filter((name) => name !== from && name !== to);
  return {
    action: "users.roles-changed",
    target: { type: "user", id: holder.id, name: holder.name },
    changes: [{ field: "roles", before: holder.roles, after: [...kept, to] }],
  };
}

function replacementOf(role: CountedRole, replacement: StoredRole): readonly AuditChange[] {
  return [
    { field: "replacement", before: null, after: replacement.name },
    { field: "userCount", before: role.userCount, after: 0 },
    { field: "invitationCount", before: role.invitationCount, after: 0 },
  ];
}

function deletionOf(role: CountedRole, replacement: StoredRole | null): AuditEntry {
  return {
    action: "roles.deleted",
    target: { type: "role", id: role.id, name: role.name },
    changes: [
      { field: "permissions", before: role.permissions, after: null },
      ...(replacement === null ? [] : replacementOf(role, replacement)),
    ],
  };
}
