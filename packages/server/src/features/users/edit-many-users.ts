/** Loads and edits many users with the same number of statements for one as for a thousand. */
import type { ActorReference } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import { type Actor, toActorReference } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import { noVersion, rowVersion } from "../../db/row-version.ts";
import { named, type Statement, sql } from "../../db/sql.ts";
import { isUnexpired } from "../../db/unexpired.ts";
import type { Deps } from "../../deps.ts";
import { preconditionFailed } from "../../errors/api-error.ts";
import { endSessionsWithoutMembership } from "../sessions/index.ts";
import { listGiven, profileChanges, toAuditEntries } from "./edit-user.ts";
import { chooseNameKey } from "./name-order.ts";
import type { UserEditPlan } from "./plan-user-edit.ts";
import { buildSearchKeys, type StoredGrant, type StoredUser } from "./queries.ts";

/** A user whose grants name their roles only by id: owner role first, then by name. */
export interface UserWithRoleIds extends Omit<StoredUser, "grants"> {
  readonly grants: readonly {
    readonly roleId: string;
    readonly grantedBy: ActorReference;
    readonly grantedAt: string;
    readonly expiresAt: string | null;
  }[];
}

/** The same user with the roles from `roles`, by id. A grant of another role is left out. */
export function withRoles(
  user: UserWithRoleIds,
  roles: ReadonlyMap<string, StoredGrant["role"]>,
): StoredUser {
  const grants = user.grants.flatMap(({ roleId, grantedBy, grantedAt, expiresAt }) => {
    const role = roles.get(roleId);
    if (role === undefined) return [];
    const end = expiresAt === null ? null : new Date(expiresAt);
    return { role, grantedBy, grantedAt: new Date(grantedAt), expiresAt: end };
  });
  return { ...user, grants };
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
    ${selectFoundUsers(organizationId, now)}`);
  return rows;
}

/**
 * The users with these ids, with the grants that are unexpired at `now`. They stay locked until the transaction ends, so nobody
 * else changes them meanwhile.
 */
export async function lockUsers(
  tx: Tx,
  organizationId: string,
  { ids, now }: { readonly ids: readonly string[]; readonly now: Date },
): Promise<readonly UserWithRoleIds[]> {
  // In the order of their ids, so that two transactions don't wait for each other.
  await tx.query(sql`${named("lockUsers")}
    SELECT FROM users u WHERE u.organization_id = ${organizationId} AND u.user_id = ANY(${ids}::uuid[])
    ORDER BY u.user_id FOR NO KEY UPDATE`);
  // A second statement: the snapshot of the first one is older than the locks it waited for.
  const { rows } = await tx.query(sql<UserWithRoleIds>`${named("findLockedUsers")}
    WITH found AS MATERIALIZED (SELECT w.user_id FROM unnest(${ids}::uuid[]) AS w(user_id))
    ${selectFoundUsers(organizationId, now)}`);
  return rows;
}

/** Selects the users of `found`. */
function selectFoundUsers(organizationId: string, now: Date): Statement<UserWithRoleIds> {
  return sql<UserWithRoleIds>`
    SELECT u.user_id AS id, u.account_id AS "accountId", u.name, u.email, u.phone, u.external_id AS "externalId",
      u.status, u.two_factor AS "twoFactor", ${rowVersion("u")} AS version, u.last_active_at AS "lastActiveAt",
      u.created_at AS "createdAt", a.email IS NOT NULL AS "canSignIn",
      (SELECT o.owner_count FROM organizations o WHERE o.organization_id = ${organizationId}) AS "ownerCount",
      CASE WHEN u.invited_by_type IS NOT NULL THEN
        jsonb_build_object('type', u.invited_by_type, 'id', u.invited_by_id, 'name', u.invited_by_name) END AS "invitedBy",
      COALESCE((
        SELECT json_agg(json_build_object('roleId', g.role_id, 'grantedAt', g.granted_at, 'expiresAt', g.expires_at,
          'grantedBy', json_build_object('type', g.granted_by_type, 'id', g.granted_by_id, 'name', g.granted_by_name))
          ORDER BY NOT r.is_owner, r.name_key, r.role_id)
        FROM user_roles g JOIN roles r ON r.organization_id = ${organizationId} AND r.role_id = g.role_id
        WHERE g.organization_id = ${organizationId} AND g.user_id = u.user_id AND ${isUnexpired("g", now)}), '[]') AS grants
    FROM found f
      JOIN users u ON u.organization_id = ${organizationId} AND u.user_id = f.user_id
      JOIN accounts a ON a.account_id = u.account_id`;
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
  const { organizationId } = actor;
  const now = deps.clock.now();
  const edits = plans.map((plan) => ({ plan, entries: toAuditEntries(plan) }));
  const changed = edits.filter(({ entries }) => entries.length > 0);
  if (changed.length === 0) return;
  const changedPlans = changed.map(({ plan }) => plan);
  await updateUsers(tx, organizationId, changedPlans);
  await updateGrants(tx, actor, changedPlans, now);
  const suspended = changedPlans.filter(
    ({ before, profile }) => profile.status === "suspended" && before.status !== "suspended",
  );
  await endSessionsWithoutMembership(tx, {
    organizationId,
    accountIds: suspended.map(({ before }) => before.accountId),
    now,
  });
  await record(
    deps,
    tx,
    actor,
    changed.flatMap(({ entries }) => entries),
  );
}

/** Gives the users their next version, and writes only what is changed: triggers and indexes depend on the columns of an UPDATE. */
async function updateUsers(tx: Tx, organizationId: string, plans: readonly UserEditPlan[]): Promise<void> {
  const withProfile = plans.filter((plan) => profileChanges(plan).length > 0);
  const withoutProfile = plans.filter((plan) => profileChanges(plan).length === 0);
  const edited = [
    ...(await incrementVersions(tx, organizationId, withoutProfile)),
    ...(await updateProfiles(tx, organizationId, withProfile)),
  ];
  if (edited.length < plans.length) {
    const ids = new Set(edited.map(({ id }) => id));
    throw preconditionFailed(plans.find(({ before }) => !ids.has(before.id))?.before.version ?? noVersion, 1);
  }
  const statuses = plans
    .filter(({ before, profile }) => profile.status !== before.status)
    .map(({ before, profile }) => ({ id: before.id, status: profile.status }));
  if (statuses.length === 0) return;
  await tx.query(sql`${named("updateUserStatuses")}
    UPDATE users u SET status = w.status
    FROM unnest(${statuses.map(({ id }) => id)}::uuid[], ${statuses.map(({ status }) => status)}::text[]) AS w(id, status)
    WHERE u.organization_id = ${organizationId} AND u.user_id = w.id`);
}

interface EditedUser {
  readonly id: string;
}

async function incrementVersions(
  tx: Tx,
  organizationId: string,
  plans: readonly UserEditPlan[],
): Promise<readonly EditedUser[]> {
  if (plans.length === 0) return [];
  const ids = plans.map(({ before }) => before.id);
  const versions = plans.map(({ before }) => before.version);
  const { rows } = await tx.query(sql<{ id: string }>`${named("incrementUserVersions")}
    UPDATE users u SET version = u.version + 1
    FROM unnest(${ids}::uuid[], ${versions}::text[]) AS w(id, version)
    WHERE u.organization_id = ${organizationId} AND u.user_id = w.id AND ${rowVersion("u")} = w.version
    RETURNING u.user_id AS id`);
  return rows;
}

async function updateProfiles(
  tx: Tx,
  organizationId: string,
  plans: readonly UserEditPlan[],
): Promise<readonly EditedUser[]> {
  if (plans.length === 0) return [];
  const profiles = plans.map(({ before: { id, version }, profile }) => {
    const { name, email, phone, externalId } = profile;
    return { id, version, name, email, phone, externalId, ...buildSearchKeys(profile) };
  });
  const { rows } = await tx.query(sql<{ id: string }>`${named("updateUserProfiles")}
    UPDATE users u SET name = w.name, email = w.email, phone = w.phone, external_id = w."externalId",
      name_key = ${chooseNameKey(organizationId, sql`w."nameKeys"`)}, search_key = w."searchKey", version = u.version + 1
    FROM jsonb_to_recordset(${JSON.stringify(profiles)}::jsonb) AS w(id uuid, version text, name text, email text,
      phone text, "externalId" text, "nameKeys" jsonb, "searchKey" text)
    WHERE u.organization_id = ${organizationId} AND u.user_id = w.id AND ${rowVersion("u")} = w.version
    RETURNING u.user_id AS id`);
  return rows;
}

async function updateGrants(tx: Tx, actor: Actor, plans: readonly UserEditPlan[], now: Date): Promise<void> {
  const { organizationId } = actor;
  const removed = plans.flatMap(({ before, removed }) =>
    removed.map(({ id }) => ({ userId: before.id, id })),
  );
  if (removed.length > 0)
    await tx.query(sql`${named("deleteGrants")}
      DELETE FROM user_roles g
      USING unnest(${removed.map(({ userId }) => userId)}::uuid[], ${removed.map(({ id }) => id)}::uuid[]) AS w(user_id, role_id)
      WHERE g.organization_id = ${organizationId} AND g.user_id = w.user_id AND g.role_id = w.role_id`);
  const given = plans.flatMap((plan) => listGiven(plan).map((role) => ({ userId: plan.before.id, ...role })));
  if (given.length === 0) return;
  const grantedBy = toActorReference(actor);
  const ends = given.map(({ expiresAt }) => expiresAt?.toISOString() ?? null);
  await tx.query(sql`${named("insertGrants")}
    INSERT INTO user_roles (organization_id, user_id, role_id, granted_by_type, granted_by_id, granted_by_name, granted_at,
      expires_at)
    SELECT o.organization_id, w.user_id, w.role_id, ${grantedBy.type}::text, ${grantedBy.id}::uuid,
      ${grantedBy.name}::text, ${now}::timestamptz, w.expires_at
    FROM organizations o CROSS JOIN unnest(${given.map(({ userId }) => userId)}::uuid[], ${given.map(({ id }) => id)}::uuid[],
      ${ends}::timestamptz[]) AS w(user_id, role_id, expires_at)
    WHERE o.organization_id = ${organizationId}
    -- An expired grant may still be in the table; it is replaced.
    ON CONFLICT (organization_id, user_id, role_id) DO UPDATE SET granted_by_type = excluded.granted_by_type,
      granted_by_id = excluded.granted_by_id, granted_by_name = excluded.granted_by_name,
      granted_at = excluded.granted_at, expires_at = excluded.expires_at`);
}
