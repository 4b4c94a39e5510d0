/** Loads an API key and the requested subjects in one round trip. */
import {
  type CompiledRole,
  permissionSet,
  permissionsOfRoles,
  type Subject,
  subjectAt,
} from "@gatehouse/access";
import type { Actor } from "../../auth/actor.ts";
import { explainInvalidKey, parseKeyOrganization, toKeyActor } from "../../auth/api-keys.ts";
import { getCachedCatalogue } from "../../auth/catalogue-cache.ts";
import {
  type ApiKeyQuery,
  type ApiKeyRow,
  capKeyPermissions,
  operatorUserId,
} from "../../auth/memberships.ts";
import { closureOf } from "../../auth/organization-closure.ts";
import { noEnds } from "../../auth/permission-ends.ts";
import { getCachedRole, readWithRoles } from "../../auth/role-cache.ts";
import type { Tx } from "../../db/database.ts";
import { noVersion, type RowVersion, rowVersion } from "../../db/row-version.ts";
import { prepare, type Statement, sql } from "../../db/sql.ts";
import { isUnexpired } from "../../db/unexpired.ts";
import type { Deps } from "../../deps.ts";
import { hashToken } from "../../ports/secrets.ts";
import type { SubjectKey, Subjects } from "./evaluate.ts";

/** The caller, and the active users among the requested subjects. */
export interface LoadedSubjects {
  readonly caller: Omit<Actor, "origin">;
  readonly subjects: Subjects;
}

type LoadDeps = Pick<Deps, "db" | "clock" | "lastUse">;

/**
 * Reads the key and the grants in one statement. Permissions of roles come from the role cache, by version; when a version is
 * missing, roles are loaded and the statement runs again, so grants and roles are always of the same moment.
 * @throws ApiError auth/* for an invalid key, unavailable when roles change too often
 */
export async function loadSubjects(
  deps: LoadDeps,
  bearer: string,
  keys: ReadonlySet<SubjectKey>,
): Promise<LoadedSubjects> {
  const organizationId = parseKeyOrganization(bearer);
  const requestedIds = { userIds: selectIds(keys, "user "), externalIds: selectIds(keys, "external ") };
  const secretHash = hashToken(bearer);
  const loaded = await readWithRoles(deps, organizationId, {
    read: async () => {
      const query = { secretHash, now: deps.clock.now() };
      const [row] = await deps.db.readInOneRoundTrip(
        organizationId,
        selectKeyAndGrants(organizationId, { ...query, ...requestedIds }),
      );
      if (row === undefined || row.catalogueVersion === null)
        throw await explainInvalidKey(deps, organizationId, query);
      return { row, now: query.now };
    },
    resolve: ({ row, now }) => {
      const resolved = resolveSubjects(organizationId, row, now);
      return resolved === null ? null : { ...resolved, row, now };
    },
    listRoleIds: ({ row }) => [...new Set((row.grants ?? []).flatMap(([, , roleId]) => roleId ?? []))],
  });
  deps.lastUse.recordKey(organizationId, loaded.row, loaded.now);
  return loaded;
}

function selectIds(keys: ReadonlySet<SubjectKey>, kind: "user " | "external "): readonly string[] {
  return [...keys].filter((key) => key.startsWith(kind)).map((key) => key.slice(kind.length));
}

/** Subjects by key; null when the catalogue or a role isn't cached in its current version. */
function resolveSubjects(organizationId: string, row: KeyAndGrants, now: Date): LoadedSubjects | null {
  const catalogue = getCachedCatalogue(organizationId, row.catalogueVersion ?? noVersion);
  if (catalogue === null) return null;
  const roles = new Map<string, CompiledRole>();
  const roleIdsByUser = new Map<string, string[]>();
  const externalIds = new Map<string, string>();
  let creatorStatus: "active" | "suspended" | null = row.createdBy === operatorUserId ? "active" : null;
  for (const [userId, status, roleId, version, externalId] of row.grants ?? []) {
    if (userId === row.createdBy) creatorStatus = status;
    if (status !== "active") continue;
    const ids = roleIdsByUser.get(userId) ?? [];
    roleIdsByUser.set(userId, ids);
    if (externalId !== null) externalIds.set(userId, externalId);
    if (roleId === null || version === null) continue;
    const role = roles.get(roleId) ?? getCachedRole(catalogue, { id: roleId, version });
    if (role === null) return null;
    roles.set(roleId, role);
    ids.push(roleId);
  }
  const subjects = new Map<SubjectKey, Subject>();
  for (const [userId, ids] of roleIdsByUser) {
    const grants = ids.map((roleId) => ({ roleId, grantedBy: "", grantedAt: now }));
    const subject = subjectAt({ catalogue, roles, grants, now });
    subjects.set(`user ${userId}`, subject);
    const externalId = externalIds.get(userId);
    if (externalId !== undefined) subjects.set(`external ${externalId}`, subject);
  }
  const creatorPermissions =
    row.createdBy === operatorUserId
      ? permissionSet.all(catalogue)
      : (subjects.get(`user ${row.createdBy}`)?.permissions ?? permissionsOfRoles(catalogue, []));
  const creator = { catalogue, permissions: creatorPermissions, permissionEnds: noEnds }; // a check gives nothing
  const rights = capKeyPermissions({ ...row, status: creatorStatus }, creator);
  const caller = toKeyActor(organizationId, { ...row, status: creatorStatus }, rights);
  // Nobody may do anything while the organization is closed.
  return { caller, subjects: row.closure === null ? subjects : new Map() };
}

/** An API key, and the grants of its creator and of the requested users. */
interface KeyAndGrants
  extends Pick<
    ApiKeyRow,
    "apiKeyId" | "name" | "keyPermissions" | "createdBy" | "lastUsedAt" | "catalogueVersion" | "closure"
  > {
  /** One row per unexpired grant, oldest first, and one without a role for a user without grants; null for no users. */
  readonly grants: readonly GrantRow[] | null;
}

type GrantRow = readonly [
  userId: string,
  status: "active" | "suspended",
  roleId: string | null,
  roleVersion: RowVersion | null,
  /** Set when the request named the user by it. */
  externalId: string | null,
];

/**
 * One statement for the key and the requested users. Their ids are collected by a subquery: under row-level security, a condition with
 * the operator `||`, which isn't leakproof, can't use the index.
 */
function selectKeyAndGrants(
  organizationId: string,
  {
    secretHash,
    now,
    userIds,
    externalIds,
  }: ApiKeyQuery & { readonly userIds: readonly string[]; readonly externalIds: readonly string[] },
): Statement<KeyAndGrants> {
  // A separate statement, so that requests with user ids only stay as cheap as they were.
  const byExternalId = externalIds.length > 0;
  const externalIdColumn = byExternalId
    ? sql`, CASE WHEN u.external_id = ANY(${externalIds}::text[]) THEN u.external_id END`
    : sql`, NULL::text`;
  const externalIdMatches = byExternalId
    ? sql` UNION ALL SELECT e.user_id FROM users e
        WHERE e.organization_id = ${organizationId} AND e.external_id = ANY(${externalIds}::text[])`
    : sql``;
  return sql<KeyAndGrants>`${prepare("loadSubjects")}
    WITH k AS MATERIALIZED (
      SELECT api_key_id, name, permissions, created_by, last_used_at FROM api_keys
      WHERE organization_id = ${organizationId} AND secret_hash = ${secretHash} AND revoked_at IS NULL
        AND (expires_at IS NULL OR expires_at > ${now}))
    SELECT k.api_key_id AS "apiKeyId", k.name, k.permissions AS "keyPermissions", k.created_by AS "createdBy",
      k.last_used_at AS "lastUsedAt", ${closureOf(organizationId)} AS closure,
      (SELECT ${rowVersion("c")} FROM catalogues c WHERE c.organization_id = ${organizationId}) AS "catalogueVersion",
      (SELECT json_agg(json_build_array(u.user_id, u.status, r.role_id, ${rowVersion("r")}${externalIdColumn}) ORDER BY g.granted_at, g.role_id)
        FROM users u
        LEFT JOIN user_roles g ON g.organization_id = ${organizationId} AND g.user_id = u.user_id
          AND ${isUnexpired("g", now)}
        LEFT JOIN roles r ON r.organization_id = ${organizationId} AND r.role_id = g.role_id
        WHERE u.organization_id = ${organizationId}
          AND u.user_id = ANY(ARRAY(
            SELECT unnest(${userIds}::uuid[]) UNION ALL SELECT created_by FROM k${externalIdMatches}))) AS grants
    FROM k`;
}

/** Ids of active users who have one of the roles, ordered, after `after`. An index has this order for each role. */
export async function findUsersWithRoles(
  tx: Tx,
  organizationId: string,
  page: {
    readonly roleIds: readonly string[];
    readonly now: Date;
    readonly after: string;
    readonly limit: number;
  },
): Promise<readonly string[]> {
  const { rows } = await tx.query(sql<{ id: string }>`
    SELECT DISTINCT h.user_id AS id FROM unnest(${page.roleIds}::uuid[]) AS r(role_id) CROSS JOIN LATERAL (
      SELECT g.user_id FROM user_roles g
      CROSS JOIN LATERAL (
        SELECT u.status FROM users u
        WHERE u.organization_id = ${organizationId} AND u.user_id = g.user_id LIMIT 1) AS u
      WHERE g.organization_id = ${organizationId} AND g.role_id = r.role_id AND g.user_id > ${page.after}::uuid
        AND ${isUnexpired("g", page.now)} AND u.status = 'active'
      ORDER BY g.user_id LIMIT ${page.limit}) AS h
    ORDER BY h.user_id LIMIT ${page.limit}`);
  return rows.map(({ id }) => id);
}
