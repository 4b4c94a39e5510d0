/** Loads and edits many users with the same number of statements for one as for a thousand. */
import type { ActorReference } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import { type Actor, toActorReference } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import { noVersion, rowVersion } from "../../db/row-version.ts";
import { named, sql } from "../../db/sql.ts";
import { isUnexpired } from "../../db/unexpired.ts";
import type { Deps } from "../../deps.ts";
import { preconditionFailed } from "../../errors/api-error.ts";
import { endSessionsWithoutMembership } from "../sessions/index.ts";
import { listGiven, profileChanges, toAuditEntries } from "./edit-user.ts";
import type { UserEditPlan } from "./plan-user-edit.ts";
import { buildSearchKeys, type StoredUser } from "./queries.ts";

/** A user whose grants name their roles only by id. */
export interface UserWithRoleIds extends Omit<StoredUser, "grants"> {
  readonly grants: readonly {
    readonly roleId: string;
    readonly grantedBy: ActorReference;
    readonly grantedAt: string;
    readonly expiresAt: string | null;
  }[];
}

/** The users with one of these addresses or external ids, with the grants that are unexpired at `now`. */
export async function findUsersByKeys(
  tx: Tx,
  organizationId: string,
  keys: { readonly emails: readonly string[]; readonly externalIds: readonly string[]; readonly now: Date },
): Promise<readonly UserWithRoleIds[]> {
  const { emails, externalIds, now } = keys;
  const { rows } = await tx.query(sql<UserWithRoleIds>`${named("findUsersByKeys")}
    WITH found AS MATERIALIZED (
      SELECT e.user_id FROM users e
      WHERE e.organization_id = ${organizationId} AND e.email = ANY(${emails}::text[])
      UNION
      SELECT x.user_id FROM users x
      WHERE x.organization_id = ${organizationId} AND x.external_id = ANY(${externalIds}::text[]))
    SELECT u.user_id AS id, u.account_id AS "accountId", u.name, u.email, u.phone, u.external_id AS "externalId",
      u.status, u.two_factor AS "twoFactor", ${rowVersion("u")} AS version, u.last_active_at AS "lastActiveAt",
      u.created_at AS "createdAt", a.email IS NOT NULL AS "canSignIn",
      (SELECT o.owner_count FROM organizations o WHERE o.organization_id = ${organizationId}) AS "ownerCount",
      CASE WHEN u.invited_by_type IS NOT NULL THEN
        jsonb_build_object('type', u.invited_by_type, 'id', u.invited_by_id, 'name', u.invited_by_name) END AS "invitedBy",
      COALESCE((
        SELECT jsonb_agg(jsonb_build_object('roleId', g.role_id, 'grantedAt', g.granted_at, 'expiresAt', g.expires_at,
          'grantedBy', jsonb_build_object('type', g.granted_by_type, 'id', g.granted_by_id, 'name', g.granted_by_name)))
        FROM user_roles g
        WHERE g.organization_id = ${organizationId} AND g.user_id = u.user_id AND ${isUnexpired("g", now)}), '[]') AS grants
    FROM found f
      JOIN users u ON u.organization_id = ${organizationId} AND u.user_id = f.user_id
      JOIN accounts a ON a.account_id = u.account_id`);
  return rows;
}

/**
 * Writes planned edits, and records one audit event for each kind of change of a user. Plans without changes write nothing. A
 * constraint violation is thrown as the database error; `mapDatabaseError` converts it.
 * @throws ApiError precondition/failed when a user was changed since they were loaded
 */
export async function editManyUsers(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  actor: Actor,
  plans: readonly UserEditPlan[],
): Promise<void> {
  const now = deps.clock.now();
  const changed = plans.filter((plan) => toAuditEntries(plan).length > 0);
  if (changed.length === 0) return;
  await updateUsers(tx, actor, changed, now);
  for (const { before, profile } of changed) {
    if (profile.status !== "suspended" || before.status === "suspended") continue;
    const { organizationId } = actor;
    await endSessionsWithoutMembership(tx, { organizationId, accountId: before.accountId, now });
  }
  await record(deps, tx, actor, changed.flatMap(toAuditEntries));
}

async function updateUsers(tx: Tx, actor: Actor, plans: readonly UserEditPlan[], now: Date): Promise<void> {
  const { organizationId } = actor;
  const grantedBy = toActorReference(actor);
  const rows = plans.map((plan) => {
    const { before, profile } = plan;
    const { id, version } = before;
    const keys = profileChanges(plan).length === 0 ? {} : buildSearchKeys(profile);
    return { id, version, ...profile, isStatusChanged: profile.status !== before.status, ...keys };
  });
  const given = plans.flatMap((plan) =>
    listGiven(plan).map(({ id: roleId, expiresAt }) => ({ userId: plan.before.id, roleId, expiresAt })),
  );
  const removed = plans.flatMap((plan) =>
    plan.removed.map(({ id: roleId }) => ({ userId: plan.before.id, roleId })),
  );
  const { rows: edited } = await tx.query(sql<{ id: string }>`${named("updateManyUsers")}
    WITH input AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS w(id uuid, version text, name text, email text,
        phone text, "externalId" text, status text, "isStatusChanged" boolean, "nameKey" text, "searchKey" text)),
    edited AS (
      UPDATE users u SET name = w.name, email = w.email, phone = w.phone, external_id = w."externalId",
        name_key = COALESCE(w."nameKey", u.name_key), search_key = COALESCE(w."searchKey", u.search_key),
        version = u.version + 1
      FROM input w
      WHERE u.organization_id = ${organizationId} AND u.user_id = w.id AND ${rowVersion("u")} = w.version
      RETURNING u.user_id),
    deleted AS (
      DELETE FROM user_roles g
      USING edited e JOIN jsonb_to_recordset(${JSON.stringify(removed)}::jsonb) AS r("userId" uuid, "roleId" uuid)
        ON r."userId" = e.user_id
      WHERE g.organization_id = ${organizationId} AND g.user_id = e.user_id AND g.role_id = r."roleId"),
    inserted AS (
      INSERT INTO user_roles (organization_id, user_id, role_id, granted_by_type, granted_by_id, granted_by_name, granted_at,
        expires_at)
      SELECT ${organizationId}::uuid, e.user_id, a."roleId", ${grantedBy.type}::text, ${grantedBy.id}::uuid,
        ${grantedBy.name}::text, ${now}::timestamptz, a."expiresAt"
      FROM edited e JOIN jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
        AS a("userId" uuid, "roleId" uuid, "expiresAt" timestamptz) ON a."userId" = e.user_id
      -- An expired grant may still be in the table; it is replaced.
      ON CONFLICT (organization_id, user_id, role_id) DO UPDATE SET granted_by_type = excluded.granted_by_type,
        granted_by_id = excluded.granted_by_id, granted_by_name = excluded.granted_by_name,
        granted_at = excluded.granted_at, expires_at = excluded.expires_at)
    SELECT e.user_id AS id FROM edited e`);
  if (edited.length < plans.length) {
    const ids = new Set(edited.map(({ id }) => id));
    throw preconditionFailed(plans.find(({ before }) => !ids.has(before.id))?.before.version ?? noVersion, 1);
  }
  const statuses = rows.filter(({ isStatusChanged }) => isStatusChanged);
  if (statuses.length === 0) return;
  // In a separate statement: triggers run for each user whose status an UPDATE names.
  await tx.query(sql`${named("updateUserStatuses")}
    UPDATE users u SET status = w.status
    FROM unnest(${statuses.map(({ id }) => id)}::uuid[], ${statuses.map(({ status }) => status)}::text[]) AS w(id, status)
    WHERE u.organization_id = ${organizationId} AND u.user_id = w.id`);
}
