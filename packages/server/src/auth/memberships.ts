/** What an account or an API key may do in one organization: read for every request, in one statement. */
import { type Catalogue, type PermissionSet, permissionSet, permissionsOfRoles } from "@gatehouse/access";
import type { Tx } from "../db/database.ts";
import { noVersion, type RowVersion, rowVersion } from "../db/row-version.ts";
import { named, prepare, type Statement, sql } from "../db/sql.ts";
import { isUnexpired } from "../db/unexpired.ts";
import { nilUuid } from "../ports/ids.ts";
import { getCachedCatalogue, getCatalogueAt } from "./catalogue-cache.ts";
import { closureOfRow, type OrganizationClosure } from "./organization-closure.ts";
import { findPermissionEnds, noEnds, type PermissionEnds } from "./permission-ends.ts";
import { getCachedRoles, loadRoles, type RoleReference } from "./role-cache.ts";

/** A user's membership in an organization: status and roles. */
export interface MembershipRow {
  readonly userId: string | null;
  readonly userName: string | null;
  readonly status: "active" | "suspended" | null;
  readonly lastActiveAt: Date | null;
  /** When the session was used last in this organization. */
  readonly lastUsedHere?: Date | null;
  readonly organizationName: string | null;
  readonly catalogueVersion: RowVersion | null;
  readonly roles: readonly AssignedRole[];
}

/** An assigned role, at the version at which it was read. What it contains is in the role cache. */
export interface AssignedRole extends RoleReference {
  readonly isOwner: boolean;
  /** When the grant ends, as the database writes an instant; null if it doesn't. */
  readonly expiresAt: string | null;
}

/** The live roles of user `u` as one JSON value. The tenant is repeated for every table. */
function userRoles(organizationId: string, now: Date): Statement {
  return sql`COALESCE((
    SELECT json_agg(json_build_object('id', r.role_id, 'isOwner', r.is_owner, 'version', ${rowVersion("r")},
      'expiresAt', g.expires_at) ORDER BY r.is_owner DESC, r.name_key)
    FROM user_roles g
    JOIN roles r ON r.organization_id = ${organizationId} AND r.role_id = g.role_id
    WHERE g.organization_id = ${organizationId} AND g.user_id = u.user_id
      AND ${isUnexpired("g", now)}), '[]'::json)`;
}

/** The columns of a `MembershipRow` of user `u` of organization `o`. */
export const membershipColumns = (organizationId: string, now: Date) => sql`
  u.user_id AS "userId", u.name AS "userName", u.status, u.last_active_at AS "lastActiveAt", o.name AS "organizationName",
  ${rowVersion("c")} AS "catalogueVersion", ${userRoles(organizationId, now)} AS roles`;

/** Which user: by account, or by id. */
export type MembershipQuery = { readonly accountId: string } | { readonly userId: string };

/** An account's user, or the one with that id, in the organization of this transaction. */
export async function findMembership(
  tx: Tx,
  organizationId: string,
  query: MembershipQuery & { readonly now: Date },
): Promise<MembershipRow | null> {
  const which =
    "accountId" in query ? sql`u.account_id = ${query.accountId}` : sql`u.user_id = ${query.userId}`;
  const { rows } = await tx.query(sql<MembershipRow>`
    SELECT ${membershipColumns(organizationId, query.now)}
    FROM users u
    JOIN organizations o ON o.organization_id = ${organizationId}
    LEFT JOIN catalogues c ON c.organization_id = ${organizationId}
    WHERE u.organization_id = ${organizationId} AND ${which}`);
  return rows[0] ?? null;
}

/**
 * The creator of the keys that the operator of the installation gives to an organization: no user has this id. Such a key has every
 * permission.
 */
export const operatorUserId = nilUuid;

/** The status of the creator, user `u`, of key `k`. */
export const creatorStatus: Statement = sql`CASE WHEN k.created_by = ${operatorUserId} THEN 'active' ELSE u.status END`;

/** A live API key with its creator's membership. */
export interface ApiKeyRow
  extends Pick<MembershipRow, "status" | "catalogueVersion" | "roles" | "organizationName"> {
  /** Why nobody can use the organization; null if it is active. */
  readonly closure: OrganizationClosure | null;
  readonly apiKeyId: string;
  readonly name: string;
  readonly keyPermissions: readonly string[] | null;
  readonly createdBy: string;
  readonly lastUsedAt: Date | null;
}

/** A key by the hash of its secret, at a time. */
export interface ApiKeyQuery {
  readonly secretHash: string;
  readonly now: Date;
}

/** A key that was found before, by its id, at a time. */
export interface ApiKeyIdQuery {
  readonly apiKeyId: string;
  readonly now: Date;
}

function matchesKey(query: ApiKeyQuery | ApiKeyIdQuery): Statement {
  return "secretHash" in query
    ? sql`k.secret_hash = ${query.secretHash}`
    : sql`k.api_key_id = ${query.apiKeyId}`;
}

/** Whether the key is live. */
export function isKeyLive(organizationId: string, query: ApiKeyQuery): Statement {
  return sql`EXISTS (SELECT FROM api_keys k WHERE k.organization_id = ${organizationId} AND ${isLive(query)})`;
}

function isLive(query: ApiKeyQuery | ApiKeyIdQuery): Statement {
  return sql`${matchesKey(query)} AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ${query.now})`;
}

/** The statement for a live key with its creator's membership. */
export function apiKeyStatement(
  organizationId: string,
  query: ApiKeyQuery | ApiKeyIdQuery,
): Statement<ApiKeyRow> {
  return sql<ApiKeyRow>`${prepare("findApiKey")}
    SELECT k.api_key_id AS "apiKeyId", k.name, k.permissions AS "keyPermissions", k.created_by AS "createdBy",
      k.last_used_at AS "lastUsedAt", ${creatorStatus} AS status, ${userRoles(organizationId, query.now)} AS roles,
      o.name AS "organizationName", ${closureOfRow} AS closure,
      (SELECT ${rowVersion("c")} FROM catalogues c WHERE c.organization_id = ${organizationId}) AS "catalogueVersion"
    FROM api_keys k
    JOIN organizations o ON o.organization_id = ${organizationId}
    LEFT JOIN users u ON u.organization_id = ${organizationId} AND u.user_id = k.created_by
    WHERE k.organization_id = ${organizationId} AND ${isLive(query)}`;
}

/** A live key with its creator's membership, by its id. */
export async function findApiKey(
  tx: Tx,
  organizationId: string,
  query: ApiKeyIdQuery,
): Promise<ApiKeyRow | null> {
  const { rows } = await tx.query(apiKeyStatement(organizationId, query));
  return rows[0] ?? null;
}

/** Why a key is no longer live. */
export type KeyEnd = "revoked" | "expired";

/** Why a key is no longer live; null when there is no such key. */
export async function findKeyEnd(
  tx: Tx,
  organizationId: string,
  query: ApiKeyQuery | ApiKeyIdQuery,
): Promise<KeyEnd | null> {
  const { rows } = await tx.query(sql<{ end: KeyEnd | null }>`
    SELECT CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked' WHEN k.expires_at <= ${query.now} THEN 'expired' END AS end
    FROM api_keys k WHERE k.organization_id = ${organizationId} AND ${matchesKey(query)}`);
  return rows[0]?.end ?? null;
}

/** Effective permissions, under the catalogue that they belong to. */
export interface EffectivePermissions {
  readonly catalogue: Catalogue;
  readonly permissions: PermissionSet;
  /** When permissions end that come only from roles with an end. */
  readonly permissionEnds: PermissionEnds;
}

/** The permissions of a membership's live roles, if its roles and the catalogue are in memory; otherwise null. */
export function findCachedPermissions(
  organizationId: string,
  { catalogueVersion, roles }: Pick<MembershipRow, "catalogueVersion" | "roles">,
): EffectivePermissions | null {
  const catalogue = getCachedCatalogue(organizationId, catalogueVersion ?? noVersion);
  return catalogue === null ? null : computePermissions(catalogue, roles);
}

/**
 * The permissions of a membership's live roles under the organization's catalogue. Fails as a conflict, which is retried from the
 * start, when a role changed after the membership was read.
 */
export async function loadPermissions(
  tx: Tx,
  organizationId: string,
  row: Pick<MembershipRow, "catalogueVersion" | "roles">,
): Promise<EffectivePermissions> {
  const catalogue = await getCatalogueAt(tx, organizationId, row.catalogueVersion ?? noVersion);
  const cached = computePermissions(catalogue, row.roles);
  if (cached !== null) return cached;
  await loadRoles(
    tx,
    organizationId,
    catalogue,
    row.roles.map(({ id }) => id),
  );
  const loaded = computePermissions(catalogue, row.roles);
  if (loaded !== null) return loaded;
  await tx.query(sql`${named("rejectChangedRole")} SELECT require_unchanged_authority(false)`);
  throw new Error("A role changed, and the transaction went on.");
}

/** The permissions of a key under the organization's catalogue. */
export async function loadKeyPermissions(
  tx: Tx,
  organizationId: string,
  row: ApiKeyRow,
): Promise<EffectivePermissions> {
  if (row.createdBy !== operatorUserId)
    return capKeyPermissions(row, await loadPermissions(tx, organizationId, row));
  const catalogue = await getCatalogueAt(tx, organizationId, row.catalogueVersion ?? noVersion);
  return capKeyPermissions(row, allPermissions(catalogue));
}

/** The permissions of the creator of a key; null when one of the roles isn't in the role cache in its version. */
export function computeCreatorPermissions(
  catalogue: Catalogue,
  { createdBy, roles }: Pick<ApiKeyRow, "createdBy" | "roles">,
): EffectivePermissions | null {
  return createdBy === operatorUserId ? allPermissions(catalogue) : computePermissions(catalogue, roles);
}

/** Every permission of a catalogue, without an end. */
export function allPermissions(catalogue: Catalogue): EffectivePermissions {
  return { catalogue, permissions: permissionSet.all(catalogue), permissionEnds: noEnds };
}

/**
 * A key's permissions: its own, capped by its creator's current ones; none while the creator is suspended or removed.
 */
export function capKeyPermissions(
  { status, keyPermissions }: Pick<ApiKeyRow, "status" | "keyPermissions">,
  creators: EffectivePermissions,
): EffectivePermissions {
  const { catalogue } = creators;
  if (status !== "active") return { ...creators, permissions: permissionSet.none(catalogue) };
  if (keyPermissions === null) return creators;
  const own = permissionSet.fromStoredNames(catalogue, keyPermissions);
  return { ...creators, permissions: permissionSet.intersection(own, creators.permissions) };
}

/** The union of the roles' permissions under a catalogue; null when one of them isn't in the role cache in its version. */
export function computePermissions(
  catalogue: Catalogue,
  roles: readonly AssignedRole[],
): EffectivePermissions | null {
  const cached = getCachedRoles(catalogue, roles);
  if (cached === null) return null;
  return {
    catalogue,
    permissions: permissionsOfRoles(catalogue, cached.values()),
    permissionEnds: findPermissionEnds(
      roles.flatMap(({ id, expiresAt }) => {
        const role = cached.get(id);
        if (role === undefined) return [];
        return { permissions: role.permissions, expiresAt: expiresAt === null ? null : new Date(expiresAt) };
      }),
    ),
  };
}
