/** What a bulk job would do, computed once for each combination of roles. */
import {
  type CompiledRole,
  compileRoles,
  difference,
  mayActOn,
  mayChangeRoles,
  permissionsOfRoles,
} from "@gatehouse/access";
import { maxJobUsers, type NewUserJob, type UserJobPreview, type UserStatus } from "@gatehouse/sdk/contract";
import type { Actor, AuthenticatedActor } from "../../auth/actor.ts";
import { authorizeRead } from "../../auth/authorize-write.ts";
import type { Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import { findRoles } from "../roles/index.ts";
import { readUsers, requireRole, selectUsers, type UserSelection } from "./create-bulk-job.ts";
import { tooManyUsers } from "./errors.ts";
import { requireJobPermission } from "./job-permissions.ts";

/**
 * Previews a job: how many users it would change, and which permissions they would gain or lose. Throws the same errors as
 * creating it.
 * @throws ApiError forbidden/permission, forbidden/grant-ceiling, roles/unknown, not-found, user-jobs/too-many
 */
export async function previewBulkJob(
  deps: Pick<Deps, "db" | "clock">,
  actor: AuthenticatedActor,
  request: NewUserJob,
): Promise<UserJobPreview> {
  const now = deps.clock.now();
  return authorizeRead(deps, actor, async (tx, actor) => {
    requireJobPermission(actor, request.action);
    const { organizationId, catalogue } = actor;
    const role = "roleId" in request ? await requireRole(tx, actor, request) : null;
    const { users } = await readUsers(tx, actor, request, now);
    const groups = await countRoleSets(tx, actor, users, now);
    if (groups.reduce((sum, { count }) => sum + count, 0) > maxJobUsers) throw tooManyUsers();
    const ids = new Set([...groups.flatMap(({ roleIds }) => roleIds), ...(role === null ? [] : [role.id])]);
    const roles = compileRoles(catalogue, await findRoles(tx, organizationId, [...ids]));
    const changed = role === null ? null : (roles.get(role.id) ?? null);
    const preview = summarize(
      actor,
      groups.map((group) => previewGroup(actor, group, { request, role: changed, roles })),
    );
    const removesOwners = request.action === "suspend" || (request.action === "remove-role" && role?.isOwner);
    const isLastOwner =
      removesOwners === true && preview.activeOwners >= (await countActiveOwners(tx, organizationId));
    const { activeOwners, ...counts } = preview;
    // One owner stays: the job refuses the last one.
    if (!isLastOwner || activeOwners === 0) return counts;
    return { ...counts, changed: counts.changed - 1, refused: counts.refused + 1, owners: counts.owners - 1 };
  });
}

/** Users with the same roles and status. */
interface RoleSet {
  /** Null for unknown users. */
  readonly status: UserStatus | null;
  readonly roleIds: readonly string[];
  readonly isSelf: boolean;
  /** Users without a password for Gatehouse can't be owners. */
  readonly canSignIn: boolean;
  readonly count: number;
}

async function countRoleSets(
  tx: Tx,
  { organizationId, ownUserId }: Actor,
  users: UserSelection,
  now: Date,
): Promise<readonly RoleSet[]> {
  const { rows } = await tx.query(sql<RoleSet>`
    WITH found AS MATERIALIZED (${selectUsers(organizationId, users)}),
    people AS (
      SELECT u.status, COALESCE(f.user_id = ${ownUserId}::uuid, false) AS is_self,
        EXISTS (SELECT FROM accounts a WHERE a.account_id = u.account_id AND a.email IS NOT NULL) AS can_sign_in,
        ARRAY(SELECT g.role_id::text FROM user_roles g
          WHERE g.organization_id = ${organizationId} AND g.user_id = f.user_id
            AND (g.expires_at IS NULL OR g.expires_at > ${now}) ORDER BY g.role_id) AS role_ids
      FROM found f LEFT JOIN users u ON u.organization_id = ${organizationId} AND u.user_id = f.user_id)
    SELECT p.status, p.role_ids AS "roleIds", p.is_self AS "isSelf", p.can_sign_in AS "canSignIn",
      count(*)::integer AS count
    FROM people p GROUP BY p.status, p.role_ids, p.is_self, p.can_sign_in`);
  return rows;
}

async function countActiveOwners(tx: Tx, organizationId: string): Promise<number> {
  const { rows } = await tx.query(sql<{ count: number }>`
    SELECT o.owner_count AS count FROM organizations o WHERE o.organization_id = ${organizationId}`);
  return rows[0]?.count ?? 0;
}

interface GroupPreview {
  readonly outcome: "changed" | "unchanged" | "refused";
  readonly group: RoleSet;
  readonly isOwner: boolean;
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

interface Change {
  readonly request: NewUserJob;
  /** The role that is added or removed. */
  readonly role: CompiledRole | null;
  readonly roles: ReadonlyMap<string, CompiledRole>;
}

function previewGroup(actor: Actor, group: RoleSet, { request, role, roles }: Change): GroupPreview {
  const held = group.roleIds.flatMap((id) => roles.get(id) ?? []);
  const permissions = permissionsOfRoles(actor.catalogue, held);
  const base = { group, isOwner: held.some(({ isOwner }) => isOwner), gained: [], lost: [] };
  if (group.status === null || !mayActOn(actor.permissions, permissions).allowed)
    return { ...base, outcome: "refused" };
  if (role === null) {
    const status = request.action === "suspend" ? "suspended" : "active";
    if (group.status === status) return { ...base, outcome: "unchanged" };
    return { ...base, outcome: group.isSelf ? "refused" : "changed" };
  }
  const isAdding = request.action === "add-role";
  if (held.some(({ id }) => id === role.id) === isAdding) return { ...base, outcome: "unchanged" };
  const decision = mayChangeRoles({
    actor: { userId: actor.ownUserId, permissions: actor.permissions },
    target: { userId: group.isSelf ? actor.ownUserId : "", permissions },
    added: isAdding ? [role] : [],
    removed: isAdding ? [] : [role],
  });
  if (!decision.allowed || (isAdding && role.isOwner && !group.canSignIn))
    return { ...base, outcome: "refused" };
  const rest = held.filter(({ id }) => id !== role.id);
  const after = permissionsOfRoles(actor.catalogue, isAdding ? [...held, role] : rest);
  const { gained, lost } = difference(permissions, after);
  return { ...base, outcome: "changed", gained, lost };
}

function summarize(
  actor: Actor,
  groups: readonly GroupPreview[],
): UserJobPreview & { readonly activeOwners: number } {
  const count = (matches: (one: GroupPreview) => boolean) =>
    groups.filter(matches).reduce((sum, { group }) => sum + group.count, 0);
  const countUsers = (kind: "gained" | "lost") => {
    const users = new Map<string, number>();
    for (const one of groups)
      for (const name of one[kind]) users.set(name, (users.get(name) ?? 0) + one.group.count);
    return actor.catalogue.permissions.flatMap((permission) => {
      const number = users.get(permission);
      return number === undefined ? [] : [{ permission, users: number }];
    });
  };
  const isChangedOwner = ({ outcome, isOwner }: GroupPreview) => outcome === "changed" && isOwner;
  return {
    total: count(() => true),
    changed: count(({ outcome }) => outcome === "changed"),
    unchanged: count(({ outcome }) => outcome === "unchanged"),
    refused: count(({ outcome }) => outcome === "refused"),
    owners: count(isChangedOwner),
    activeOwners: count((one) => isChangedOwner(one) && one.group.status === "active"),
    gained: countUsers("gained"),
    lost: countUsers("lost"),
  };
}
