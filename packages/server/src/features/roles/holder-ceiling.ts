/** The grant ceiling over everybody who holds a role, and over the invitations that offer it. */
import {
  type CompiledRole,
  compileRole,
  compileRoles,
  mayActOn,
  permissionsOfRoles,
} from "@gatehouse/access";
import type { Tx } from "../../database/database.ts";
import type { Actor } from "../../http/actor.ts";
import { overCeiling } from "../../http/common-refusals.ts";
import {
  type Companions,
  groupHolders,
  groupInvitations,
  nameHolders,
  type RoleAt,
} from "./holder-queries.ts";
import { findRoles, type StoredRole } from "./queries.ts";

/** So many are named in a refusal. */
const mostNamed = 3;

/** Those who hold the same roles, or are offered them, and what they have together that the actor hasn't. */
interface Above extends Companions {
  readonly missing: readonly string[];
}

/**
 * Refuses an actor who would change the roles of somebody that may do more than they do. People are judged by groups that
 * hold the same roles: a few groups, however many people.
 * @throws Refusal forbidden/grant-ceiling, for all of them together
 */
export async function requireAllWithinCeiling(
  tx: Tx,
  actor: Actor,
  at: RoleAt,
  role: StoredRole,
): Promise<void> {
  const holders = await groupHolders(tx, at);
  const invitations = await groupInvitations(tx, at, { withExpired: true });
  const ids = [...new Set([...holders, ...invitations].flatMap(({ otherRoleIds }) => otherRoleIds))];
  const others = compileRoles(actor.catalogue, await findRoles(tx, at.organizationId, ids));
  const compiled = compileRole(actor.catalogue, role);
  const above = groupsAbove(actor, compiled, holders, others);
  if (above.length > 0) throw overCeiling(await describeHolders(tx, at, above), missingIn(above));
  const offered = groupsAbove(actor, compiled, invitations, others);
  if (offered.length === 0) return;
  const count = countOf(offered);
  const what =
    count === 1 ? "An invitation that offers this role" : `What ${count} invitations offer with this role`;
  throw overCeiling(what, missingIn(offered));
}

function groupsAbove(
  actor: Actor,
  role: CompiledRole,
  groups: readonly Companions[],
  others: ReadonlyMap<string, CompiledRole>,
): readonly Above[] {
  return groups.flatMap((group) => {
    const companions = group.otherRoleIds.flatMap((id) => others.get(id) ?? []);
    const permissions = permissionsOfRoles(actor.catalogue, [role, ...companions]);
    const ceiling = mayActOn(actor.permissions, permissions);
    return ceiling.allowed ? [] : [{ ...group, missing: ceiling.missing }];
  });
}

async function describeHolders(tx: Tx, at: RoleAt, above: readonly Above[]): Promise<string> {
  const names: string[] = [];
  for (const { otherRoleIds } of above) {
    if (names.length === mostNamed) break;
    names.push(...(await nameHolders(tx, at, otherRoleIds, mostNamed - names.length)));
  }
  const more = countOf(above) - names.length;
  return `What ${[...names, ...(more > 0 ? [`${more} more`] : [])].join(", ")} may do`;
}

function countOf(groups: readonly Companions[]): number {
  return groups.reduce((sum, { count }) => sum + count, 0);
}

function missingIn(groups: readonly Above[]): readonly string[] {
  return [...new Set(groups.flatMap(({ missing }) => missing))].sort();
}
