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
import { isUnexpired } from "../../db/unexpired.ts";
import type { Deps } from "../../deps.ts";
import { findRoles } from "../roles/index.ts";
import { readUsers, requireRole, selectUsers, type UserSelection } from "./create-bulk-job.ts";
import { tooManyUsers } from "./errors.ts";
import { requireJobPermission } from "./job-permissions.ts";

/**
 * Previews a job: how many users it would change, and which permissions they would gain or lose. Throws the same errors as
 * creating it.
 * @throws ApiError forbidden/permission, forbidden/grant-ceiling, roles/unknown, not-found, user-jobs/too-many, request/invalid
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
    const role = "roleId" in request ? await requireRole(tx, actor, request, now) : null;
    const { users } = await readUsers(tx, actor, request, now);
    const groups = await countRoleSets(tx, actor, users, {
      now,
      readsAccounts: request.action === "add-role" && role?.isOwner === true,
    });
    if (groups === null) throw tooManyUsers();
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
  /** Users without a password for Gatehouse can't be owners. True where that doesn't matter. */
  readonly canSignIn: boolean;
  readonly count: number;
}

/** Nulls in a single row for more users than a job may have. */
type RoleSetRow = Pick<RoleSet, "status" | "roleIds"> & {
  readonly isSelf: boolean | null;
  readonly canSignIn: boolean | null;
  readonly count: number | null;
};

/** Null for more users than a job may have: their roles are not read then. */
async function countRoleSets(
  tx: Tx,
  { organizationId, ownUserId }: Actor,
  users: UserSelection,
  { now, readsAccounts }: { readonly now: Date; readonly readsAccounts: boolean },
): Promise<readonly RoleSet[] | null> {
  // Only the owner role depends on the account, and each account is another row to read.
  const canSignIn = readsAccounts
    ? sql`COALESCE((SELECT a.email IS NOT NULL FROM accounts a WHERE a.account_id = u.account_id), false)`
    : sql`true`;
  // The grants are read in one pass and not user by user: that took most of the time.
  const { rows } = await tx.query(sql<RoleSetRow>`
    WITH found AS MATERIALIZED (${selectUsers(organizationId, users)}),
    size AS (SELECT count(*) <= ${maxJobUsers} AS is_allowed FROM found),
    held AS (
      SELECT g.user_id, array_agg(g.role_id ORDER BY g.role_id) AS role_ids
      FROM found f JOIN user_roles g ON g.organization_id = ${organizationId} AND g.user_id = f.user_id
      WHERE (SELECT z.is_allowed FROM size z) AND ${isUnexpired("g", now)} GROUP BY g.user_id),
    people AS (
      SELECT u.status, COALESCE(f.user_id = ${ownUserId}::uuid, false) AS is_self, ${canSignIn} AS can_sign_in,
        h.role_ids, count(*)::integer AS count
      FROM found f LEFT JOIN users u ON u.organization_id = ${organizationId} AND u.user_id = f.user_id
        LEFT JOIN held h ON h.user_id = f.user_id
      WHERE (SELECT z.is_allowed FROM size z) GROUP BY 1, 2, 3, 4)
    SELECT p.status, COALESCE(p.role_ids::text[], '{}') AS "roleIds", p.is_self AS "isSelf", p.can_sign_in AS "canSignIn",
      p.count
    FROM size z LEFT JOIN people p ON z.is_allowed WHERE NOT z.is_allowed OR p.count IS NOT NULL`);
  if (rows.some(({ count }) => count === null)) return null;
  return rows.map((row) => ({
    ...row,
    isSelf: row.isSelf === true,
    canSignIn: row.canSignIn === true,
    count: row.count ?? 0,
  }));
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
