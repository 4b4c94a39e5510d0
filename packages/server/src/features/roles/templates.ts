/** Roles that come from the operator's templates, and follow them until their organization edits them. */
import { createHash } from "node:crypto";
import type { Role } from "@gatehouse/access";
import { language } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import type { RoleTranslations } from "../../db/role-texts.ts";
import { named, prepare, sql } from "../../db/sql.ts";
import { isPending, isUnexpired } from "../../db/unexpired.ts";
import { type FoldedNames, foldNames } from "./role-names.ts";

/** A template as it is stored. */
export interface RoleContent {
  readonly name: string;
  readonly description: string;
  readonly translations: RoleTranslations;
  readonly permissions: readonly string[];
}

/** A hash of everything that a role gets from its template: equal hashes need no comparison. */
export function hashTemplate({ name, description, translations, permissions }: RoleContent): string {
  const texts = language.options.map((code) => [translations[code]?.name, translations[code]?.description]);
  const content = JSON.stringify([name, description, texts, permissions.toSorted()]);
  return createHash("sha256").update(content).digest("base64url");
}

/** Which role an organization has from a template. */
export interface TemplateLink {
  readonly key: string;
  /** Null if the organization deleted it. */
  readonly roleId: string | null;
  /** The organization edited it. */
  readonly isOwn: boolean;
  /** Of the template that it was made like; empty if it has to be compared. */
  readonly hash: string;
}

/** Makes roles those of templates; they follow them from now on. */
export async function linkTemplates(
  tx: Tx,
  organizationId: string,
  links: readonly (Pick<TemplateLink, "key" | "hash"> & { readonly roleId: string })[],
): Promise<void> {
  if (links.length === 0) return;
  await tx.query(sql`${prepare("linkTemplates")}
    INSERT INTO role_templates (organization_id, template_key, role_id, content_hash)
    SELECT o.organization_id, w.key, w."roleId", w.hash
    FROM organizations o CROSS JOIN jsonb_to_recordset(${JSON.stringify(links)}::jsonb) AS w(key text, "roleId" uuid, hash text)
    WHERE o.organization_id = ${organizationId}
    ON CONFLICT (organization_id, template_key) DO UPDATE SET content_hash = excluded.content_hash`);
}

/** The roles of these templates follow none any more. */
export async function unlinkTemplates(
  tx: Tx,
  organizationId: string,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  await tx.query(sql`${prepare("unlinkTemplates")}
    DELETE FROM role_templates WHERE organization_id = ${organizationId} AND template_key = ANY(${keys}::text[])`);
}

/** A role with everything that a template has. */
export interface ComparedRole extends Role, RoleContent, FoldedNames {
  readonly name: string;
  readonly permissions: readonly string[];
}

/** All roles, as they are compared with templates. */
export async function listComparedRoles(tx: Tx, organizationId: string): Promise<readonly ComparedRole[]> {
  const { rows } = await tx.query(sql<ComparedRole>`${prepare("listComparedRoles")}
    SELECT r.role_id AS id, r.name, r.description, r.translations, r.is_owner AS "isOwner", r.name_key AS "nameKey",
      r.name_keys AS "nameKeys",
      ARRAY(SELECT p.permission::text FROM role_permissions p
        WHERE p.organization_id = ${organizationId} AND p.role_id = r.role_id ORDER BY p.permission) AS permissions
    FROM roles r WHERE r.organization_id = ${organizationId} ORDER BY r.role_id`);
  return rows;
}

/** Those of the roles that users have, or pending invitations offer. */
export async function listHeldRoles(
  tx: Tx,
  organizationId: string,
  roleIds: readonly string[],
  now: Date,
): Promise<readonly string[]> {
  const { rows } = await tx.query(sql<{ id: string }>`${named("listHeldRoles")}
    SELECT r.role_id AS id FROM roles r
    WHERE r.organization_id = ${organizationId} AND r.role_id = ANY(${roleIds}::uuid[])
      AND (EXISTS (SELECT FROM user_roles g
          WHERE g.organization_id = ${organizationId} AND g.role_id = r.role_id AND ${isUnexpired("g", now)})
        OR EXISTS (SELECT FROM invitation_roles x
          JOIN invitations i ON i.organization_id = ${organizationId} AND i.invitation_id = x.invitation_id
          WHERE x.organization_id = ${organizationId} AND x.role_id = r.role_id AND ${isPending(now)}))`);
  return rows.map(({ id }) => id);
}

/** A role with what it gets from its template. */
export interface TemplateUpdate extends RoleContent {
  readonly id: string;
}

/** Frees the names of roles that are renamed together: one may get the name that another one had. `updateTemplateRoles` gives them theirs. */
export async function freeRoleNames(
  tx: Tx,
  organizationId: string,
  roleIds: readonly string[],
): Promise<void> {
  if (roleIds.length < 2) return;
  await tx.query(sql`${named("freeRoleNames")}
    UPDATE roles SET name_key = role_id::text, translations = '{}', name_keys = '{}'
    WHERE organization_id = ${organizationId} AND role_id = ANY(${roleIds}::uuid[]) AND NOT is_owner`);
}

/** Makes roles what their templates are. */
export async function updateTemplateRoles(
  tx: Tx,
  organizationId: string,
  roles: readonly TemplateUpdate[],
  now: Date,
): Promise<void> {
  if (roles.length === 0) return;
  const rows = roles.map(({ id, name, description, translations, permissions }) => ({
    ...{ id, name, description, translations, permissions },
    ...foldNames({ name, translations }),
  }));
  await tx.query(sql`${prepare("updateTemplateRoles")}
    WITH input AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS w(id uuid, name text, "nameKey" text, description text, translations jsonb, "nameKeys" jsonb, permissions text[])),
    edited AS (
      UPDATE roles r SET name = w.name, name_key = w."nameKey", description = w.description, translations = w.translations,
        name_keys = w."nameKeys", version = r.version + 1, updated_at = ${now}
      FROM input w WHERE r.organization_id = ${organizationId} AND r.role_id = w.id AND NOT r.is_owner
      RETURNING r.role_id, w.permissions),
    deleted AS (
      DELETE FROM role_permissions p USING edited e
      WHERE p.organization_id = ${organizationId} AND p.role_id = e.role_id AND p.permission <> ALL(e.permissions)),
    inserted AS (
      INSERT INTO role_permissions (organization_id, role_id, permission)
      SELECT o.organization_id, e.role_id, g.permission
      FROM organizations o CROSS JOIN edited e CROSS JOIN unnest(e.permissions) AS g(permission)
      WHERE o.organization_id = ${organizationId}
      ON CONFLICT DO NOTHING)
    SELECT count(*) FROM edited`);
}
