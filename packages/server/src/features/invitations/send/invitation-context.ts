/** What the database knows about the roles and addresses of a request. */
import { compileRoles, type Role } from "@gatehouse/access";
import type { Language } from "@gatehouse/sdk/contract";
import type { Actor } from "../../../auth/actor.ts";
import type { Tx } from "../../../db/database.ts";
import type { RoleTranslations } from "../../../db/role-texts.ts";
import { prepare, sql } from "../../../db/sql.ts";
import { notFound } from "../../../errors/api-error.ts";
import { emailState } from "../deliver/schedule-email.ts";
import { type ExternalIdHolder, externalIdHolders, toHolders } from "../queries.ts";
import type { InvitationContext, InvitationRequest } from "./validate-invitations.ts";

/** A role with its texts. */
export interface KnownRole extends Role {
  readonly description: string;
  readonly translations: RoleTranslations;
}

/** The context of validation, and what a new invitation needs beside it. */
export interface LoadedContext extends InvitationContext {
  /** The languages of the accounts at the addresses. */
  readonly languages: ReadonlyMap<string, Language>;
  /** The requested roles that exist, in the order of their names. */
  readonly knownRoles: readonly KnownRole[];
  /** Seconds until an email to an address may be sent, null at its daily limit; absent for an address without emails. */
  readonly emailDelays: ReadonlyMap<string, number | null>;
}

interface ContextRow {
  readonly invitationExpiresInDays: number;
  readonly allowedEmailDomains: readonly string[];
  readonly language: Language;
  readonly roles: readonly KnownRole[];
  readonly accounts: readonly { readonly email: string; readonly language: Language }[];
  readonly users: readonly { readonly email: string; readonly name: string; readonly id: string }[];
  readonly externalIds: readonly ExternalIdHolder[];
  readonly emailDelays: readonly { readonly email: string; readonly seconds: number | null }[];
}

/**
 * Loads it with one statement: settings, roles, accounts and users at the addresses, taken external ids, and when emails may be sent.
 * @throws ApiError not-found
 */
export async function loadContext(
  tx: Tx,
  actor: Actor,
  requests: readonly InvitationRequest[],
  now: Date,
): Promise<LoadedContext> {
  const { organizationId } = actor;
  const parsed = requests.filter((request) => request.rejection === null);
  const roleIds = [...new Set(parsed.flatMap((request) => request.roles.map(({ id }) => id)))];
  const emails = parsed.map((request) => request.email);
  const externalIds = parsed.flatMap(({ externalId }) => externalId ?? []);
  const { rows } = await tx.query(sql<ContextRow>`${prepare("findInvitationContext")}
    SELECT o.invitation_days AS "invitationExpiresInDays", o.allowed_domains AS "allowedEmailDomains", o.language,
      (SELECT COALESCE(jsonb_agg(jsonb_build_object('id', r.role_id, 'name', r.name, 'description', r.description,
            'translations', r.translations, 'isOwner', r.is_owner,
            'permissions', ARRAY(SELECT p.permission FROM role_permissions p
              WHERE p.organization_id = ${organizationId} AND p.role_id = r.role_id))
          ORDER BY r.name_key, r.role_id), '[]')
        FROM roles r
        WHERE r.organization_id = ${organizationId} AND r.role_id = ANY(${roleIds}::uuid[])) AS roles,
      (SELECT COALESCE(jsonb_agg(jsonb_build_object('email', a.email, 'language', a.language)), '[]')
        FROM accounts a WHERE a.email = ANY(${emails}::text[])) AS accounts,
      (SELECT COALESCE(jsonb_agg(jsonb_build_object('email', u.email, 'name', u.name, 'id', u.user_id)), '[]')
        FROM users u WHERE u.organization_id = ${organizationId} AND u.email = ANY(${emails}::text[])) AS users,
      (SELECT COALESCE(jsonb_agg(jsonb_build_object('externalId', h."externalId", 'email', h.email)), '[]')
        FROM (${externalIdHolders(organizationId, externalIds)}) h) AS "externalIds",
      (SELECT COALESCE(jsonb_agg(jsonb_build_object('email', m.email, 'seconds', ${emailState(now)})), '[]')
        FROM invitation_mails m
        WHERE m.organization_id = ${organizationId} AND m.email = ANY(${emails}::text[])) AS "emailDelays"
    FROM organizations o WHERE o.organization_id = ${organizationId}`);
  const [row] = rows;
  if (row === undefined) throw notFound();
  const { roles, accounts, users, emailDelays, ...settings } = row;
  return {
    settings,
    roles: compileRoles(actor.catalogue, roles),
    knownRoles: roles,
    languages: new Map(accounts.map(({ email, language }) => [email, language])),
    users: new Map(users.map((user) => [user.email, user])),
    externalIds: toHolders(parsed, row.externalIds),
    emailDelays: new Map(emailDelays.map(({ email, seconds }) => [email, seconds])),
  };
}
