/** Removes many users with the same number of statements for one as for a thousand. */
import { compileRoles, mayActOn, permissionsOfRoles } from "@gatehouse/access";
import { record } from "../../audit/record.ts";
import type { Actor } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import { type RowVersion, rowVersion } from "../../db/row-version.ts";
import { named, sql } from "../../db/sql.ts";
import { isUnexpired } from "../../db/unexpired.ts";
import type { Deps } from "../../deps.ts";
import { grantCeilingExceeded } from "../../errors/api-error.ts";
import { findRoles } from "../roles/index.ts";
import { lastOwner } from "./errors.ts";
import { isSelf } from "./target.ts";

/** A user who may be removed. */
export interface RemovalCandidate {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly version: RowVersion;
  /** Whether they were active here, or signed in to their account since the given time. */
  readonly hasSignedIn: boolean;
  readonly roleIds: readonly string[];
}

/** Why a user is not removed: a stable code and a sentence. */
interface Reason {
  readonly code: string;
  readonly detail: string;
}

/** Whom to remove. */
interface Removal {
  readonly userIds: readonly string[];
  /** Sign-ins since then count. */
  readonly since: Date;
  /** A reason to keep a user; null to remove them. */
  readonly findReason: (user: RemovalCandidate) => Reason | null;
}

/**
 * Removes users and their grants inside the caller's transaction, with an audit event for each, and returns why others were kept, by
 * id. Kept are also those whose permissions exceed the actor's, the actor, and the last owner. Users who have signed in must be
 * kept by `findReason`: sessions are not ended here.
 */
export async function removeManyUsers(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  actor: Actor,
  { userIds, since, findReason }: Removal,
): Promise<ReadonlyMap<string, Reason>> {
  const { organizationId } = actor;
  const found = await lockCandidates(tx, organizationId, { userIds, since, now: deps.clock.now() });
  const roles = await findRoles(tx, organizationId, [...new Set(found.flatMap(({ roleIds }) => roleIds))]);
  const compiled = compileRoles(actor.catalogue, roles);
  const ownerRoles = new Set(roles.flatMap(({ id, isOwner }) => (isOwner ? [id] : [])));
  let owners = found[0]?.ownerCount ?? 0;
  const kept = new Map<string, Reason>();
  const removed = found.filter((user) => {
    const isOwner = user.isActive && user.roleIds.some((id) => ownerRoles.has(id));
    const held = permissionsOfRoles(
      actor.catalogue,
      user.roleIds.flatMap((id) => compiled.get(id) ?? []),
    );
    const ceiling = mayActOn(actor.permissions, held);
    const error = !ceiling.allowed
      ? grantCeilingExceeded(user.name, ceiling.missing)
      : isSelf(actor, user.id) || (isOwner && owners <= 1)
        ? lastOwner()
        : null;
    const reason = error === null ? findReason(user) : { code: error.code, detail: error.details.detail };
    if (reason !== null) kept.set(user.id, reason);
    else if (isOwner) owners -= 1;
    return reason === null;
  });
  if (removed.length === 0) return kept;
  await deleteUsers(
    tx,
    organizationId,
    removed.map(({ id }) => id),
  );
  const names = new Map(roles.map(({ id, name }) => [id, name]));
  await record(
    deps,
    tx,
    actor,
    removed.map(({ id, name, email, roleIds }) => ({
      action: "users.removed",
      target: { type: "user", id, name },
      changes: [
        { field: "email", before: email, after: null },
        { field: "roles", before: roleIds.flatMap((role) => names.get(role) ?? []), after: null },
      ],
    })),
  );
  return kept;
}

interface LockedCandidate extends RemovalCandidate {
  readonly isActive: boolean;
  readonly ownerCount: number | null;
}

/** Locked, so that what is read here is still so when they are deleted. */
async function lockCandidates(
  tx: Tx,
  organizationId: string,
  { userIds, since, now }: Pick<Removal, "userIds" | "since"> & { readonly now: Date },
): Promise<readonly LockedCandidate[]> {
  const { rows } = await tx.query(sql<LockedCandidate>`${named("lockUsersToRemove")}
    SELECT u.user_id AS id, u.name, u.email, ${rowVersion("u")} AS version, u.status = 'active' AS "isActive",
      (u.last_active_at IS NOT NULL OR EXISTS (SELECT FROM sign_ins s
        WHERE s.account_id = u.account_id AND s.at >= ${since} AND s.outcome <> 'failure')) AS "hasSignedIn",
      (SELECT o.owner_count FROM organizations o WHERE o.organization_id = ${organizationId}) AS "ownerCount",
      ARRAY(SELECT g.role_id::text FROM user_roles g
        WHERE g.organization_id = ${organizationId} AND g.user_id = u.user_id AND ${isUnexpired("g", now)}) AS "roleIds"
    FROM users u WHERE u.organization_id = ${organizationId} AND u.user_id = ANY(${userIds}::uuid[])
    ORDER BY u.user_id FOR UPDATE OF u`);
  return rows;
}

async function deleteUsers(tx: Tx, organizationId: string, userIds: readonly string[]): Promise<void> {
  await tx.query(sql`${named("deleteManyUsers")}
    DELETE FROM users WHERE organization_id = ${organizationId} AND user_id = ANY(${userIds}::uuid[])`);
}
