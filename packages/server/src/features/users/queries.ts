/** SQL for single users and their roles; `list-queries.ts` has the lists. */
import type { Role } from "@gatehouse/access";
import { type ActorReference, foldEmail, foldText, type UserStatus } from "@gatehouse/sdk/contract";
import type { Ahead } from "../../auth/read-ahead.ts";
import type { RoleReference } from "../../auth/role-cache.ts";
import type { Tx } from "../../db/database.ts";
import type { RoleTranslations } from "../../db/role-texts.ts";
import { type RowVersion, rowVersion } from "../../db/row-version.ts";
import { named, prepare, type Statement, sql } from "../../db/sql.ts";
import { isUnexpired } from "../../db/unexpired.ts";
import { buildNameKeys, chooseNameKey, type NameKeys } from "./name-order.ts";

/** A role that somebody has. */
interface GrantedRole extends Role {
  readonly translations: RoleTranslations;
}

/** An unexpired grant with its role. */
export interface StoredGrant {
  readonly role: GrantedRole;
  readonly grantedBy: ActorReference;
  readonly grantedAt: Date;
  readonly expiresAt: Date | null;
}

/** A user with their unexpired grants. */
export interface StoredUser {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string | null;
  readonly externalId: string | null;
  readonly status: UserStatus;
  readonly invitedBy: ActorReference | null;
  /** Whether the account has an address to sign in with. */
  readonly canSignIn: boolean;
  readonly twoFactor: boolean;
  /** The ETag. */
  readonly version: RowVersion;
  readonly lastActiveAt: Date | null;
  readonly createdAt: Date;
  readonly grants: readonly StoredGrant[];
  /** Number of active owners in the organization. */
  readonly ownerCount: number | null;
}

/** A user to be stored. */
export interface NewUser {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  /** Canonical, the same as in the account. */
  readonly email: string;
  readonly createdAt: Date;
  /** Null for the user who set up the organization. */
  readonly invitedBy: ActorReference | null;
  readonly grants: readonly {
    readonly roleId: string;
    readonly grantedBy: ActorReference;
    readonly grantedAt: Date;
    readonly expiresAt?: Date | null;
  }[];
  readonly status?: UserStatus;
  readonly phone?: string | null;
  readonly externalId?: string | null;
  readonly lastActiveAt?: Date | null;
}

/** A user whose roles are named at their versions, without their permissions. */
export type UserWithRoleVersions = Omit<StoredUser, "grants"> & {
  readonly grants: readonly (Omit<StoredGrant, "role"> & {
    readonly role: Omit<GrantedRole, "permissions"> & RoleReference;
  })[];
};

/** A grant in JSON, where times are texts. */
type JsonGrant<Grant> = Omit<Grant, "grantedAt" | "expiresAt"> & {
  readonly grantedAt: string;
  readonly expiresAt: string | null;
};

type UserRow = Omit<StoredUser, "grants"> & {
  readonly grants: readonly JsonGrant<StoredUser["grants"][number]>[];
};

type UserRowWithRoleVersions = Omit<StoredUser, "grants"> & {
  readonly grants: readonly JsonGrant<UserWithRoleVersions["grants"][number]>[];
};

/** Which user: by id, or by the id in another system. */
type UserQuery = ({ readonly userId: string } | { readonly externalId: string }) & {
  readonly organizationId: string;
  readonly now: Date;
};

/** A user with the grants that are unexpired at `now`, or null. */
export async function findUser(tx: Tx, user: UserQuery): Promise<StoredUser | null> {
  const permissions = sql`'permissions', ARRAY(
    SELECT p.permission FROM role_permissions p
    WHERE p.organization_id = ${user.organizationId} AND p.role_id = r.role_id)`;
  const { rows } = await tx.query(sql<UserRow>`${prepare("findUser")} ${selectUser(user, permissions)}`);
  const [row] = rows;
  return row === undefined ? null : { ...row, grants: row.grants.map(parseGrant) };
}

/** The same without the permissions of the roles, which may be many. */
export async function findUserWithRoleVersions(
  tx: Tx,
  user: UserQuery,
): Promise<UserWithRoleVersions | null> {
  const { rows } = await tx.query(userWithRoleVersionsStatement(user, sql`true`));
  return toUserWithRoleVersions(rows[0]);
}

/** The same together with the authentication. */
export function findUserAhead(user: UserQuery, isCaller: Statement): Ahead<UserWithRoleVersions> {
  return {
    statements: [userWithRoleVersionsStatement(user, isCaller)],
    toResult: ([rows = []]) => toUserWithRoleVersions((rows as readonly UserRowWithRoleVersions[])[0]),
  };
}

function userWithRoleVersionsStatement(
  user: UserQuery,
  condition: Statement,
): Statement<UserRowWithRoleVersions> {
  const version = sql`'version', ${rowVersion("r")}`;
  return sql<UserRowWithRoleVersions>`${prepare("findUserWithRoleVersions")} ${selectUser(user, version)} AND ${condition}`;
}

function toUserWithRoleVersions(row: UserRowWithRoleVersions | undefined): UserWithRoleVersions | null {
  return row === undefined ? null : { ...row, grants: row.grants.map(parseGrant) };
}

/** `content`: what else is read of each role, as a key and a value of its JSON object. */
function selectUser(user: UserQuery, content: Statement): Statement {
  const { organizationId, now } = user;
  const which = "userId" in user ? sql`u.user_id = ${user.userId}` : sql`u.external_id = ${user.externalId}`;
  return sql`
    SELECT u.user_id AS id, u.account_id AS "accountId", u.name, u.email, u.phone, u.external_id AS "externalId",
      u.status, u.two_factor AS "twoFactor", ${rowVersion("u")} AS version, u.last_active_at AS "lastActiveAt", u.created_at AS "createdAt",
      CASE WHEN u.invited_by_type IS NOT NULL THEN
        jsonb_build_object('type', u.invited_by_type, 'id', u.invited_by_id, 'name', u.invited_by_name) END AS "invitedBy",
      (SELECT a.email IS NOT NULL FROM accounts a WHERE a.account_id = u.account_id) AS "canSignIn",
      (SELECT o.owner_count FROM organizations o WHERE o.organization_id = ${organizationId}) AS "ownerCount",
      COALESCE((
        SELECT jsonb_agg(jsonb_build_object(
          'role', jsonb_build_object('id', r.role_id, 'name', r.name, 'translations', r.translations,
            'isOwner', r.is_owner, ${content}),
          'grantedBy', jsonb_build_object('type', g.granted_by_type, 'id', g.granted_by_id, 'name', g.granted_by_name),
          'grantedAt', g.granted_at, 'expiresAt', g.expires_at) ORDER BY NOT r.is_owner, r.name_key, r.role_id)
        FROM user_roles g JOIN roles r ON r.organization_id = ${organizationId} AND r.role_id = g.role_id
        WHERE g.organization_id = ${organizationId} AND g.user_id = u.user_id
          AND ${isUnexpired("g", now)}), '[]') AS grants
    FROM users u WHERE u.organization_id = ${organizationId} AND ${which}`;
}

/** Inserts users with their grants in a single statement. */
export async function insertUsers(tx: Tx, organizationId: string, users: readonly NewUser[]): Promise<void> {
  await tx.query(toInsert(organizationId, users));
}

/** The same with the commit. */
export function insertUsersAtCommit(
  tx: Pick<Tx, "deferToCommit">,
  organizationId: string,
  users: readonly NewUser[],
): void {
  tx.deferToCommit(toInsert(organizationId, users));
}

function toInsert(organizationId: string, users: readonly NewUser[]): Statement {
  const rows = users.map((user) => ({ ...user, ...buildSearchKeys(user) }));
  return sql`${prepare("insertUsers")}
    WITH input AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS w(id uuid, "accountId" uuid, name text,
        email text, "nameKeys" jsonb, "searchKey" text, phone text, "externalId" text, status text, "invitedBy" jsonb,
        "lastActiveAt" timestamptz, "createdAt" timestamptz, grants jsonb)),
    stored AS (
      INSERT INTO users AS u (organization_id, user_id, account_id, name, email, name_key, search_key, phone, external_id,
        status, invited_by_type, invited_by_id, invited_by_name, last_active_at, created_at)
      SELECT o.organization_id, w.id, w."accountId", w.name, w.email, w."nameKeys" ->> o.language, w."searchKey",
        w.phone, w."externalId",
        COALESCE(w.status, 'active'), w."invitedBy" ->> 'type', (w."invitedBy" ->> 'id')::uuid, w."invitedBy" ->> 'name',
        w."lastActiveAt", w."createdAt"
      FROM organizations o CROSS JOIN input w WHERE o.organization_id = ${organizationId} RETURNING u.user_id),
    granted AS (
      INSERT INTO user_roles (organization_id, user_id, role_id, granted_by_type, granted_by_id, granted_by_name,
        granted_at, expires_at)
      SELECT o.organization_id, w.id, g."roleId", g."grantedBy" ->> 'type', (g."grantedBy" ->> 'id')::uuid,
        g."grantedBy" ->> 'name', g."grantedAt", g."expiresAt"
      FROM organizations o CROSS JOIN stored s JOIN input w ON w.id = s.user_id
        CROSS JOIN jsonb_to_recordset(w.grants)
          AS g("roleId" uuid, "grantedBy" jsonb, "grantedAt" timestamptz, "expiresAt" timestamptz)
      WHERE o.organization_id = ${organizationId})
    SELECT count(*) FROM stored`;
}

/**
 * Renames an active user who has the name `before`. Returns false for every other user: somebody else gave them their name, or
 * they are suspended.
 */
export async function renameUser(
  tx: Tx,
  organizationId: string,
  user: { readonly id: string; readonly email: string; readonly before: string; readonly after: string },
): Promise<boolean> {
  const { nameKeys, searchKey } = buildSearchKeys({ name: user.after, email: user.email });
  const nameKey = chooseNameKey(organizationId, sql`${JSON.stringify(nameKeys)}::jsonb`);
  const { rows } = await tx.query(sql`${named("renameUser")}
    UPDATE users SET name = ${user.after}, name_key = ${nameKey}, search_key = ${searchKey}, version = version + 1
    WHERE organization_id = ${organizationId} AND user_id = ${user.id} AND name = ${user.before} AND status = 'active'
    RETURNING 1`);
  return rows.length === 1;
}

/**
 * Sets the address of a user after that of their account has changed. Throws the unique violation `users_email_key` if
 * another user of the organization has it.
 */
export async function setUserEmail(
  tx: Tx,
  organizationId: string,
  user: Pick<StoredUser, "id" | "email">,
): Promise<void> {
  const { rows } = await tx.query(sql<{ name: string }>`
    SELECT u.name FROM users u WHERE u.organization_id = ${organizationId} AND u.user_id = ${user.id} FOR UPDATE`);
  const [row] = rows;
  if (row === undefined) return;
  const { searchKey } = buildSearchKeys({ name: row.name, email: user.email });
  await tx.query(sql`
    UPDATE users u SET email = ${user.email}, search_key = ${searchKey}, version = u.version + 1
    WHERE u.organization_id = ${organizationId} AND u.user_id = ${user.id}`);
}

/** The columns that lists are sorted by and searched in. */
export function buildSearchKeys(user: { readonly name: string; readonly email: string }): {
  readonly nameKeys: NameKeys;
  readonly searchKey: string;
} {
  const nameKeys = buildNameKeys(user.name);
  return { nameKeys, searchKey: `${foldText(user.name)}\n${foldEmail(user.email)}` };
}

function parseGrant<Grant extends { readonly grantedAt: string; readonly expiresAt: string | null }>(
  grant: Grant,
) {
  return {
    ...grant,
    grantedAt: new Date(grant.grantedAt),
    expiresAt: grant.expiresAt === null ? null : new Date(grant.expiresAt),
  };
}
