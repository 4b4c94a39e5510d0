/** SQL for roles and their permissions. */
import type { Role } from "@gatehouse/access";
import type { Language } from "@gatehouse/sdk/contract";
import type { Ahead } from "../../auth/read-ahead.ts";
import type { Tx } from "../../db/database.ts";
import { type RoleTranslations, roleNameKey } from "../../db/role-texts.ts";
import { noVersion, type RowVersion, rowVersion } from "../../db/row-version.ts";
import { toContainsPattern } from "../../db/search-words.ts";
import { joinSql, named, prepare, type Statement, sql } from "../../db/sql.ts";
import { isPending } from "../../db/unexpired.ts";
import { foldNames } from "./role-names.ts";

/** A role with all columns of its row. */
export interface StoredRole extends Role {
  readonly description: string;
  readonly translations: RoleTranslations;
  /** The ETag. */
  readonly version: RowVersion;
  readonly updatedAt: Date;
}

/** A role with its template and the number of its users and pending invitations. */
export interface CountedRole extends StoredRole {
  /** The key of the template that it follows, or null. */
  readonly template: string | null;
  readonly userCount: number;
  readonly invitationCount: number;
}

/** A role to insert. */
export interface NewRole extends Role {
  readonly description: string;
  readonly translations?: RoleTranslations;
}

/** A role of a list, with the folded name that the list is sorted by. */
interface ListedRole extends CountedRole {
  readonly sortKey: string;
}

/** Cursor position: the list continues after this role. */
interface RolePosition {
  readonly isOwner: boolean;
  readonly sortKey: string;
  readonly id: string;
}

/** The roles with these ids. Ids that are unknown or belong to another organization are left out. */
export async function findRoles(
  tx: Tx,
  organizationId: string,
  roleIds: readonly string[],
): Promise<readonly StoredRole[]> {
  if (roleIds.length === 0) return [];
  const { rows } = await tx.query(sql<StoredRole>`${prepare("findRoles")}
    SELECT ${roleColumns(organizationId)} FROM roles r
    WHERE r.organization_id = ${organizationId} AND r.role_id = ANY(${roleIds}::uuid[])
    ORDER BY r.name_key, r.role_id`);
  return rows;
}

/** Roles that grant at least one of these permissions; always includes the owner role. */
export async function findRolesGranting(
  tx: Tx,
  organizationId: string,
  permissions: readonly string[],
): Promise<readonly StoredRole[]> {
  const { rows } = await tx.query(sql<StoredRole>`${named("findRolesGranting")}
    SELECT ${roleColumns(organizationId)} FROM roles r
    WHERE r.organization_id = ${organizationId}
      AND (r.is_owner OR EXISTS (SELECT FROM role_permissions p
        WHERE p.organization_id = ${organizationId} AND p.role_id = r.role_id AND p.permission = ANY(${permissions}::text[])))
    ORDER BY r.name_key, r.role_id`);
  return rows;
}

/** Which role, and when its users are counted. */
interface RoleQuery {
  readonly organizationId: string;
  readonly roleId: string;
  readonly now: Date;
}

/** One role with its counts, or null. */
export async function findCountedRole(tx: Tx, role: RoleQuery): Promise<CountedRole | null> {
  const { rows } = await tx.query(countedRoleStatement(role, sql`true`));
  return rows[0] ?? null;
}

/** The same together with the authentication. */
export function findCountedRoleAhead(role: RoleQuery, isCaller: Statement): Ahead<CountedRole> {
  return {
    statements: [countedRoleStatement(role, isCaller)],
    toResult: ([rows = []]) => (rows as readonly CountedRole[])[0] ?? null,
  };
}

function countedRoleStatement(role: RoleQuery, condition: Statement): Statement<CountedRole> {
  return sql<CountedRole>`${prepare("findCountedRole")}
    SELECT ${roleColumns(role.organizationId)}, ${counts(role)} FROM roles r
    WHERE r.organization_id = ${role.organizationId} AND r.role_id = ${role.roleId} AND ${condition}`;
}

/** What a list of roles shows. */
interface RoleFilter {
  readonly organizationId: string;
  /** Folded; the default name or the one in the language contains all of them. */
  readonly words: readonly string[];
  /** Of the names; null for the default ones. */
  readonly language: Language | null;
}

/** A page of a list of roles. */
export interface RolePage extends RoleFilter {
  readonly after: RolePosition | null;
  readonly limit: number;
  readonly now: Date;
}

/** Rows of a page, and the number of roles in the whole list. */
export interface ListedRoles {
  readonly rows: readonly ListedRole[];
  readonly count: number;
}

/** Roles whose name contains all words, the built-in role first, then in name order. */
export async function listCountedRoles(tx: Tx, page: RolePage): Promise<ListedRoles> {
  const [{ rows }, counted] = await Promise.all([
    tx.query(sql<ListedRole>`${named("listCountedRoles")} ${selectPage(page)}`),
    tx.query(sql<{ count: number }>`${named("countRoles")} ${selectCount(page)}`),
  ]);
  return { rows, count: counted.rows[0]?.count ?? 0 };
}

/** The same without words, together with the authentication. An organization has at least the built-in role. */
export function listRolesAhead(page: RolePage, isCaller: Statement): Ahead<ListedRoles> {
  return {
    statements: [
      sql<ListedRole>`${prepare("listAllRoles")} ${selectPage(page, isCaller)}`,
      sql<{ count: number }>`${prepare("countAllRoles")} ${selectCount(page, isCaller)}`,
    ],
    toResult: ([rows = [], counts = []]) => {
      const count = (counts as readonly { readonly count: number }[])[0]?.count ?? 0;
      return count === 0 ? null : { rows: rows as readonly ListedRole[], count };
    },
  };
}

function selectPage(page: RolePage, condition: Statement = sql`true`): Statement {
  const { organizationId, after } = page;
  const sortKey = roleNameKey(page.language);
  const isAfterCursor =
    after === null
      ? sql`true`
      : sql`(NOT r.is_owner, ${sortKey}, r.role_id) > (${!after.isOwner}::boolean, ${after.sortKey}, ${after.id}::uuid)`;
  return sql`SELECT ${roleColumns(organizationId)}, ${counts(page)}, ${sortKey} AS "sortKey" FROM roles r
    WHERE r.organization_id = ${organizationId} AND ${nameMatches(page)} AND ${isAfterCursor} AND ${condition}
    ORDER BY NOT r.is_owner, ${sortKey}, r.role_id LIMIT ${page.limit}`;
}

function selectCount(filter: RoleFilter, condition: Statement = sql`true`): Statement {
  return sql`SELECT count(*)::integer AS count FROM roles r
    WHERE r.organization_id = ${filter.organizationId} AND ${nameMatches(filter)} AND ${condition}`;
}

/** Locks roles: no other transaction can edit, assign or delete them before this one ends. */
export async function lockRoles(tx: Tx, organizationId: string, roleIds: readonly string[]): Promise<void> {
  await tx.query(sql`${prepare("lockRoles")}
    SELECT role_id FROM roles WHERE organization_id = ${organizationId} AND role_id = ANY(${roleIds}::uuid[])
    ORDER BY role_id FOR UPDATE`);
}

/** Inserts roles, except those whose name is taken. Returns the ids of the inserted roles. */
export async function insertRoles(
  tx: Tx,
  organizationId: string,
  now: Date,
  roles: readonly NewRole[],
): Promise<readonly string[]> {
  const rows = roles.map((role) => ({ translations: {}, ...role, ...foldNames(role) }));
  const stored = await tx.query(sql<{ id: string }>`${prepare("insertRoles")}
    WITH input AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS w(id uuid, name text, "nameKey" text, description text, translations jsonb, "nameKeys" jsonb, "isOwner" boolean,
          permissions text[])),
    stored AS (
      INSERT INTO roles AS r (organization_id, role_id, name, name_key, description, translations, name_keys, is_owner,
        created_at, updated_at)
      SELECT o.organization_id, w.id, w.name, w."nameKey", w.description, w.translations, w."nameKeys", w."isOwner",
        ${now}::timestamptz, ${now}::timestamptz
      FROM organizations o CROSS JOIN input w WHERE o.organization_id = ${organizationId}
      ON CONFLICT DO NOTHING RETURNING r.role_id),
    inserted AS (
      INSERT INTO role_permissions (organization_id, role_id, permission)
      SELECT DISTINCT o.organization_id, s.role_id, p.permission
      FROM organizations o CROSS JOIN stored s JOIN input w ON w.id = s.role_id CROSS JOIN unnest(w.permissions) AS p(permission)
      WHERE o.organization_id = ${organizationId})
    SELECT role_id AS id FROM stored`);
  return stored.rows.map(({ id }) => id);
}

/**
 * Updates a role with the commit, which fails as a conflict if the role doesn't have `version` any more. It follows no template then. Returns a function for the
 * new version, to be called after the transaction.
 */
export function updateRole(
  tx: Pick<Tx, "queryAtCommit">,
  organizationId: string,
  role: Pick<StoredRole, "id" | "name" | "description" | "translations" | "permissions"> & {
    readonly version: RowVersion;
    readonly now: Date;
  },
): () => RowVersion {
  const { nameKey, nameKeys } = foldNames(role);
  const read = tx.queryAtCommit(sql<{ version: RowVersion }>`${prepare("updateRole")}
    WITH edited AS (
      UPDATE roles r SET name = ${role.name}, name_key = ${nameKey}, description = ${role.description},
        translations = ${JSON.stringify(role.translations)}::jsonb, name_keys = ${JSON.stringify(nameKeys)}::jsonb,
        version = r.version + 1, updated_at = ${role.now}
      WHERE r.organization_id = ${organizationId} AND r.role_id = ${role.id}
        AND ${rowVersion("r")} = ${role.version} AND NOT r.is_owner
      RETURNING r.role_id, ${rowVersion("r")} AS version),
    deleted AS (
      DELETE FROM role_permissions p USING edited e
      WHERE p.organization_id = ${organizationId} AND p.role_id = e.role_id
        AND p.permission <> ALL(${role.permissions}::text[])),
    inserted AS (
      INSERT INTO role_permissions (organization_id, role_id, permission)
      SELECT o.organization_id, e.role_id, g.permission
      FROM organizations o CROSS JOIN edited e CROSS JOIN unnest(${role.permissions}::text[]) AS g(permission)
      WHERE o.organization_id = ${organizationId}
      ON CONFLICT DO NOTHING),
    kept AS (
      UPDATE role_templates t SET is_own = true FROM edited e
      WHERE t.organization_id = ${organizationId} AND t.role_id = e.role_id AND NOT t.is_own),
    checked AS MATERIALIZED (SELECT require_unchanged_authority(EXISTS (SELECT 1 FROM edited)) IS NULL AS "isUnchanged")
    SELECT e.version FROM checked LEFT JOIN edited e ON true`);
  return () => read().rows[0]?.version ?? noVersion;
}

/** Deletes a role without users and invitations. */
export function removeRole(tx: Pick<Tx, "deferToCommit">, organizationId: string, roleId: string): void {
  tx.deferToCommit(
    sql`${prepare("removeRole")}
      WITH unlinked AS (
        UPDATE role_templates t SET role_id = NULL WHERE t.organization_id = ${organizationId} AND t.role_id = ${roleId})
      DELETE FROM roles r WHERE r.organization_id = ${organizationId} AND r.role_id = ${roleId} AND NOT r.is_owner`,
  );
}

function roleColumns(organizationId: string): Statement {
  return sql`
    r.role_id AS id, r.name, r.description, r.translations, r.is_owner AS "isOwner", ${rowVersion("r")} AS version,
    r.updated_at AS "updatedAt",
    ARRAY(SELECT p.permission::text FROM role_permissions p
      WHERE p.organization_id = ${organizationId} AND p.role_id = r.role_id ORDER BY p.permission) AS permissions`;
}

function counts(at: { readonly organizationId: string; readonly now: Date }): Statement {
  return sql`
    (SELECT t.template_key FROM role_templates t
      WHERE t.organization_id = ${at.organizationId} AND t.role_id = r.role_id AND NOT t.is_own) AS template,
    (SELECT COALESCE(sum(c.users), 0)::integer FROM role_user_counts c
      WHERE c.organization_id = ${at.organizationId} AND c.role_id = r.role_id) + (SELECT count(*)::integer FROM user_roles g
      WHERE g.organization_id = ${at.organizationId} AND g.role_id = r.role_id AND g.expires_at > ${at.now}) AS "userCount",
    (SELECT count(*)::integer FROM invitation_roles o
      JOIN invitations i ON i.organization_id = ${at.organizationId} AND i.invitation_id = o.invitation_id
      WHERE o.organization_id = ${at.organizationId} AND o.role_id = r.role_id
        AND ${isPending(at.now)}) AS "invitationCount"`;
}

function nameMatches({ words, language }: RoleFilter): Statement {
  if (words.length === 0) return sql`true`;
  const contains = (key: Statement) =>
    joinSql(
      words.map((word) => sql`${key} LIKE ${toContainsPattern(word)}`),
      " AND ",
    );
  const byDefault = contains(sql`r.name_key`);
  return language === null ? byDefault : sql`(${byDefault} OR ${contains(roleNameKey(language))})`;
}
