/** Changes of users, roles and grants, read in one transaction. */
import { setTimeout as wait } from "node:timers/promises";
import type { AccessEvents, AccessRole, AccessUser } from "@gatehouse/sdk/contract";
import { sealBeforeReading } from "../../audit/seal.ts";
import { getCatalogue } from "../../auth/catalogue-cache.ts";
import { DatabaseUnavailable, type Tx } from "../../db/database.ts";
import { named, prepare, type Statement, sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import { findHead, maxUnsealed, type Position } from "./position.ts";

/** The positions of snapshot pages that were read in several transactions. */
export interface SnapshotRange {
  /** The first page: changes after it have to be read again. */
  readonly oldest: Position;
  /** The last page. A log that contains this position contains all earlier ones. */
  readonly newest: Position;
}

/**
 * The event that a restored backup begins with. A replica may contain what no event in the backup tells, so it is loaded again even
 * if the log contains its position.
 */
export const restoreAction = "organizations.backup-restored";

/** Users in one event. */
const pageSize = 1_000;

/** A state, and its position. */
interface StateAt<T> {
  readonly state: T;
  readonly head: Position;
}

/** Attempts to read a state while so many events are appended at once that they don't fit into its position. */
const maxAttempts = 50;
const retryDelayMs = 10;

/**
 * Reads a state and its position in one snapshot; null when the log doesn't contain the position `known`.
 * @throws DatabaseUnavailable when too many events stay unsealed
 */
export async function readStateAfter<T>(
  db: Pick<Deps["db"], "tenant">,
  organizationId: string,
  known: Position,
  read: (tx: Tx) => Promise<T>,
): Promise<StateAt<T> | null> {
  for (let attempt = 1; ; attempt += 1) {
    const found = await db.tenant(
      organizationId,
      async (tx) => {
        const [head, state] = await Promise.all([findHead(tx, organizationId, known), read(tx)]);
        return head === null ? null : { head, state };
      },
      { readOnly: true, isolation: "repeatable read" },
    );
    if ((found?.head.unsealed ?? []).length <= maxUnsealed) return found;
    if (attempt === maxAttempts)
      throw new DatabaseUnavailable("Too many audit events are unsealed.", { reason: "busy" });
    await sealBeforeReading(db, organizationId);
    await wait(retryDelayMs);
  }
}

/**
 * The current state of everything that changed after `oldest`, and its position; null when everything has to be read again: the log
 * doesn't contain `newest`, or a backup was restored since.
 */
export async function readAccessChanges(
  db: Pick<Deps["db"], "tenant">,
  organizationId: string,
  { oldest, newest }: SnapshotRange,
): Promise<{ readonly parts: readonly string[]; readonly head: Position } | null> {
  const found = await readStateAfter(db, organizationId, newest, (tx) =>
    readChangedParts(tx, organizationId, {
      after: oldest,
      reloadAfter: [],
      maxEvents: Number.MAX_SAFE_INTEGER,
    }),
  );
  const parts = found?.state ?? null;
  return found === null || parts === null ? null : { parts, head: found.head };
}

/** Which changes are read, and when the complete state is read instead. */
interface ChangesQuery {
  readonly after: Position;
  /** Not after an event with one of these actions. */
  readonly reloadAfter: readonly string[];
  /** Not after more events. */
  readonly maxEvents: number;
}

/** The same in a transaction, as events; null if everything has to be read again. */
export async function readChangedParts(
  tx: Tx,
  organizationId: string,
  { after, reloadAfter, maxEvents }: ChangesQuery,
): Promise<readonly string[] | null> {
  const reloadActions = [restoreAction, ...reloadAfter];
  const changed = await findChanged(tx, organizationId, { after, reloadActions });
  const { isReloadDue, isOtherCatalogue, roleIds, userIds } = changed;
  if (isReloadDue || changed.eventCount > maxEvents) return null;
  const parts: string[] = [];
  if (isOtherCatalogue) parts.push(await readCatalogue(tx, organizationId));
  if (isOtherCatalogue || roleIds.length > 0) {
    const roles = await readRoles(tx, organizationId, isOtherCatalogue ? null : roleIds);
    parts.push(formatAccessEvent("roles", { roles: [...roles] }));
  }
  for (let start = 0; start < userIds.length; start += pageSize) {
    const users = await readUsers(tx, organizationId, userIds.slice(start, start + pageSize));
    parts.push(formatAccessEvent("users", { users: [...users] }));
  }
  return parts;
}

/** The current catalogue as an event. */
export async function readCatalogue(tx: Tx, organizationId: string): Promise<string> {
  const { definition } = await getCatalogue(tx, organizationId);
  const text =
    catalogueEvents.get(definition) ??
    formatAccessEvent("catalogue", { groups: definition as AccessEvents["catalogue"]["groups"] });
  catalogueEvents.set(definition, text);
  return text;
}

/** By definition, which equal catalogues share. */
const catalogueEvents = new WeakMap<object, string>();

/** The state of a closed organization: without users, so that every check is denied. `catalogue` as an event. */
export function formatClosed(catalogue: string): readonly string[] {
  return [formatAccessEvent("reset", { users: 0 }), catalogue, formatAccessEvent("roles", { roles: [] })];
}

/** An event without an id. */
export function formatAccessEvent<N extends keyof AccessEvents>(name: N, data: AccessEvents[N]): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** All roles, or those with these ids; an id without a role is returned as `gone`. */
export async function readRoles(
  tx: Tx,
  organizationId: string,
  ids: readonly string[] | null,
): Promise<readonly AccessRole[]> {
  const which = ids === null ? sql`` : sql`AND r.role_id = ANY(${ids}::uuid[])`;
  const { rows } = await tx.query(sql<{
    id: string;
    name: string;
    isOwner: boolean;
    permissions: string[];
  }>`${named("readRoles")}
    SELECT r.role_id AS id, r.name, r.is_owner AS "isOwner", COALESCE((
      SELECT jsonb_agg(p.permission ORDER BY p.permission) FROM role_permissions p
      WHERE p.organization_id = ${organizationId} AND p.role_id = r.role_id), '[]'::jsonb) AS permissions
    FROM roles r WHERE r.organization_id = ${organizationId} ${which} ORDER BY r.role_id`);
  const found = new Set(rows.map(({ id }) => id));
  const missing = (ids ?? []).filter((id) => !found.has(id));
  return [...rows, ...missing.map((id) => ({ id, gone: true as const }))];
}

/** A subquery for the grants of user `u`. */
function selectGrants(organizationId: string): Statement {
  return sql`COALESCE((
    SELECT jsonb_agg(jsonb_build_object('roleId', g.role_id, 'grantedBy',
        jsonb_build_object('type', g.granted_by_type, 'id', g.granted_by_id, 'name', g.granted_by_name),
        'grantedAt', ${formatUtc(sql`g.granted_at`)})
      || CASE WHEN g.expires_at IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('expiresAt', ${formatUtc(sql`g.expires_at`)}) END
      ORDER BY g.granted_at, g.role_id)
    FROM user_roles g WHERE g.organization_id = ${organizationId} AND g.user_id = u.user_id), '[]'::jsonb)`;
}

const formatUtc = (time: Statement) =>
  sql`to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The number of users of any status, maintained by triggers. */
export async function countUsers(tx: Tx, organizationId: string): Promise<number> {
  const { rows } = await tx.query(sql<{ count: number }>`${named("countUsers")}
    SELECT user_count AS count FROM organizations WHERE organization_id = ${organizationId}`);
  return rows[0]?.count ?? 0;
}

/** These users; suspended or removed users have no grants. */
async function readUsers(
  tx: Tx,
  organizationId: string,
  ids: readonly string[],
): Promise<readonly AccessUser[]> {
  const { rows } = await tx.query(sql<{
    id: string;
    externalId: string | null;
    grants: AccessUser["grants"];
  }>`${named("readUsers")}
    SELECT u.user_id AS id, u.external_id AS "externalId", ${selectGrants(organizationId)} AS grants
    FROM users u
    WHERE u.organization_id = ${organizationId} AND u.status = 'active' AND u.user_id = ANY(${ids}::uuid[])`);
  const found = new Map(
    rows.map(({ externalId, ...user }) => [user.id, externalId === null ? user : { ...user, externalId }]),
  );
  return ids.map((id) => found.get(id) ?? { id, grants: [] });
}

interface Changed {
  readonly isReloadDue: boolean;
  readonly eventCount: number;
  readonly isOtherCatalogue: boolean;
  readonly roleIds: readonly string[];
  readonly userIds: readonly string[];
}

/**
 * The catalogue, roles and users that events after a position refer to. Events that aren't sealed yet come after every
 * position: what they changed is in this snapshot, so everything else of it has to be sent, too.
 */
async function findChanged(
  tx: Tx,
  organizationId: string,
  { after, reloadActions }: { readonly after: Position; readonly reloadActions: readonly string[] },
): Promise<Changed> {
  const { rows } = await tx.query(sql<Changed>`${prepare("findChanged")}
    SELECT COALESCE(bool_or(e.action = ANY(${reloadActions}::text[])), false) AS "isReloadDue",
      count(*)::double precision AS "eventCount",
      COALESCE(bool_or(e.action = 'permissions.changed'), false) AS "isOtherCatalogue",
      COALESCE(jsonb_agg(DISTINCT e.target_id) FILTER (
        WHERE e.action LIKE 'roles.%' AND e.target_type = 'role' AND e.target_id IS NOT NULL), '[]') AS "roleIds",
      COALESCE(jsonb_agg(DISTINCT e.target_id) FILTER (
        WHERE e.action LIKE 'users.%' AND e.target_type = 'user' AND e.target_id IS NOT NULL), '[]') AS "userIds"
    FROM (
      SELECT s.action, s.target_type, s.target_id FROM audit_events s
      WHERE s.organization_id = ${organizationId} AND s.sequence > ${after.sequence}::bigint
      UNION ALL
      SELECT w.action, w.target_type, w.target_id FROM unsealed_audit_events w
      WHERE w.organization_id = ${organizationId}) e`);
  const [row] = rows;
  if (row === undefined) throw new Error("An aggregate always returns one row.");
  return row;
}
