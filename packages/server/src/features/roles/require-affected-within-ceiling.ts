/** The grant ceiling for all users and invitations with a role. */
import {
  type CompiledRole,
  compileRole,
  compileRoles,
  mayActOn,
  permissionsOfRoles,
} from "@gatehouse/access";
import type { Actor } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import { grantCeilingExceeded } from "../../errors/common-errors.ts";
import {
  groupInvitationsByOtherRoles,
  groupUsersByOtherRoles,
  listUserNames,
  type RoleGroup,
  type RoleQuery,
} from "./assignment-queries.ts";
import { findRoles, type StoredRole } from "./queries.ts";

/** Maximum number of users named in an error. */
const maxNames = 3;

/** Users or invitations with the same roles, and the permissions that exceed those of the actor. */
interface GroupAboveCeiling extends RoleGroup {
  readonly missing: readonly string[];
}

/**
 * Requires that no user or invitation with the role exceeds the actor's permissions. Checks one group for each set of
 * roles, so the cost doesn't grow with the number of users.
 * @throws ApiError forbidden/grant-ceiling
 */
export async function requireAffectedWithinCeiling(
  tx: Tx,
  actor: Actor,
  query: RoleQuery,
  role: StoredRole,
): Promise<void> {
  const users = await groupUsersByOtherRoles(tx, query);
  const invitations = await groupInvitationsByOtherRoles(tx, query, { withExpired: true });
  const ids = [...new Set([...users, ...invitations].flatMap(({ otherRoleIds }) => otherRoleIds))];
  const others = compileRoles(actor.catalogue, await findRoles(tx, query.organizationId, ids));
  const compiled = compileRole(actor.catalogue, role);
  const usersAbove = findGroupsAboveCeiling(actor, compiled, users, others);
  if (usersAbove.length > 0)
    throw grantCeilingExceeded(await describeUsers(tx, query, usersAbove), collectMissing(usersAbove));
  const invitationsAbove = findGroupsAboveCeiling(actor, compiled, invitations, others);
  if (invitationsAbove.length === 0) return;
  const count = sumCounts(invitationsAbove);
  const what =
    count === 1 ? "An invitation that offers this role" : `What ${count} invitations offer with this role`;
  throw grantCeilingExceeded(what, collectMissing(invitationsAbove));
}

function findGroupsAboveCeiling(
  actor: Actor,
  role: CompiledRole,
  groups: readonly RoleGroup[],
  others: ReadonlyMap<string, CompiledRole>,
): readonly GroupAboveCeiling[] {
  return groups.flatMap((group) => {
    const otherRoles = group.otherRoleIds.flatMap((id) => others.get(id) ?? []);
    const permissions = permissionsOfRoles(actor.catalogue, [role, ...otherRoles]);
    const ceiling = mayActOn(actor.permissions, permissions);
    return ceiling.allowed ? [] : [{ ...group, missing: ceiling.missing }];
  });
}

async function describeUsers(tx: Tx, query: RoleQuery, above: readonly GroupAboveCeiling[]): Promise<string> {
  const names: string[] = [];
  for (const { otherRoleIds } of above) {
    if (names.length === maxNames) break;
    names.push(...(await listUserNames(tx, query, otherRoleIds, maxNames - names.length)));
  }
  const more = sumCounts(above) - names.length;
  return `What ${[...names, ...(more > 0 ? [`${more} more`] : [])].join(", ")} may do`;
}

function sumCounts(groups: readonly RoleGroup[]): number {
  return groups.reduce((sum, { count }) => sum + count, 0);
}

function collectMissing(groups: readonly GroupAboveCeiling[]): readonly string[] {
  return [...new Set(groups.flatMap(({ missing }) => missing))].sort();
}
