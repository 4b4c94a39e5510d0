import { compileRoles } from "@gatehouse/access";
import {
  type ActorReference,
  type Delivery,
  foldEmail,
  foldText,
  type Language,
} from "@gatehouse/sdk/contract";
import type { Actor } from "../../../auth/actor.ts";
import type { Tx } from "../../../db/database.ts";
import { isForeignKeyViolation } from "../../../db/errors.ts";
import { named, sql } from "../../../db/sql.ts";
import { ApiError } from "../../../errors/api-error.ts";
import type { Ids } from "../../../ports/ids.ts";
import { findRoles } from "../../roles/index.ts";
import { withUniqueExternalIds } from "../errors.ts";
import { lockPending, type PendingInvitation } from "../queries.ts";
import {
  concurrentlyChanged,
  type Rejection,
  type RequestedRole,
  type RolesById,
  validateReplacement,
} from "./validate-invitations.ts";

/** An invitation that passed validation. */
export interface ValidInvitation {
  readonly email: string;
  readonly name: string | null;
  readonly externalId: string | null;
  readonly language: Language;
  readonly roles: readonly RequestedRole[];
}

/** Fields that all invitations of one request share. */
export interface SharedFields {
  readonly organizationId: string;
  readonly message: string | null;
  readonly invitedBy: ActorReference;
  readonly now: Date;
  readonly expiresAt: Date;
  readonly delivery: Delivery;
}

/** An invitation to insert, or to replace the pending one of this id. */
interface NewInvitation {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly externalId: string | null;
  readonly language: Language;
  readonly roles: readonly RequestedRole[];
}

/** The result for one address: inserted (`replacedRoles` is null), replaced, or rejected. */
export type UpsertResult =
  | { readonly id: string; readonly replacedRoles: readonly string[] | null }
  | { readonly rejection: Rejection };

/**
 * Inserts or replaces invitations. The unique index decides between concurrent requests: an address whose insert
 * conflicts has a pending invitation, which is replaced if the actor holds the permissions of its roles.
 */
export async function upsertInvitations(
  deps: { readonly ids: Ids },
  tx: Tx,
  actor: Actor,
  shared: SharedFields,
  valid: readonly ValidInvitation[],
): Promise<ReadonlyMap<string, UpsertResult>> {
  const invitations = valid.map((one): NewInvitation => ({ ...one, id: deps.ids.next() }));
  const inserted = await withUniqueExternalIds(() => insertInvitations(tx, shared, invitations));
  const [created, conflicting] = partition(invitations, ({ id }) => inserted.has(id));
  const replacements = await validateReplacements(tx, actor, shared.organizationId, conflicting);
  const replaced = replacements.flatMap((one) => ("invitation" in one ? [one.invitation] : []));
  await withUniqueExternalIds(() => replaceInvitations(tx, shared, replaced));
  await setRoles(tx, shared.organizationId, [...created, ...replaced]);
  return new Map([
    ...created.map(({ email, id }): [string, UpsertResult] => [email, { id, replacedRoles: null }]),
    ...replacements.map(({ email, result }): [string, UpsertResult] => [email, result]),
  ]);
}

/** A role that is deleted concurrently fails the whole request; a retry rejects only the addresses with that role. */
async function setRoles(
  tx: Tx,
  organizationId: string,
  invitations: readonly NewInvitation[],
): Promise<void> {
  try {
    await setInvitationRoles(tx, organizationId, invitations);
  } catch (error) {
    if (!isForeignKeyViolation(error, "invitation_roles")) throw error;
    throw new ApiError("users/role-gone", {
      detail: "One of the roles was deleted at this moment. Load the list of roles again and choose another.",
    });
  }
}

type Replacement =
  | { readonly email: string; readonly result: UpsertResult; readonly invitation: NewInvitation }
  | { readonly email: string; readonly result: UpsertResult };

async function validateReplacements(
  tx: Tx,
  actor: Actor,
  organizationId: string,
  invitations: readonly NewInvitation[],
): Promise<readonly Replacement[]> {
  const pending = await lockPending(
    tx,
    organizationId,
    invitations.map(({ email }) => email),
  );
  const byEmail = new Map(pending.map((one) => [one.email, one]));
  const roleIds = new Set(pending.flatMap((one) => one.roleIds));
  const roles = compileRoles(actor.catalogue, await findRoles(tx, organizationId, [...roleIds]));
  return invitations.map((invitation) =>
    toReplacement(actor, invitation, byEmail.get(invitation.email), roles),
  );
}

function toReplacement(
  actor: Actor,
  invitation: NewInvitation,
  pending: PendingInvitation | undefined,
  roles: RolesById,
): Replacement {
  const { email } = invitation;
  const rejection =
    pending === undefined ? concurrentlyChanged : validateReplacement(actor, pending.roleIds, roles);
  if (pending === undefined || rejection !== null)
    return { email, result: { rejection: rejection ?? concurrentlyChanged } };
  const replacedRoles = pending.roleIds.flatMap((id) => roles.get(id)?.name ?? []);
  return { email, result: { id: pending.id, replacedRoles }, invitation: { ...invitation, id: pending.id } };
}

function partition<T>(
  items: readonly T[],
  predicate: (item: T) => boolean,
): readonly [readonly T[], readonly T[]] {
  return [items.filter(predicate), items.filter((item) => !predicate(item))];
}

/** Inserts invitations, except for addresses with a pending one. Returns the ids that were inserted. */
async function insertInvitations(
  tx: Tx,
  shared: SharedFields,
  invitations: readonly NewInvitation[],
): Promise<ReadonlySet<string>> {
  if (invitations.length === 0) return new Set();
  const { rows } = await tx.query(sql<{ id: string }>`${named("insertInvitations")}
    INSERT INTO invitations (organization_id, invitation_id, email, search_key, name, external_id, message, language,
      invited_by_type, invited_by_id, invited_by_name, created_at, expires_at, delivery)
    SELECT ${shared.organizationId}::uuid, d.id, d.email, d."searchKey", d.name, d."externalId", ${shared.message}, d.language,
      ${shared.invitedBy.type}, ${shared.invitedBy.id}::uuid, ${shared.invitedBy.name}, ${shared.now}::timestamptz,
      ${shared.expiresAt}::timestamptz, ${shared.delivery}
    FROM jsonb_to_recordset(${toJson(invitations)}::jsonb)
      AS d(id uuid, email text, "searchKey" text, name text, "externalId" text, language text)
    ORDER BY d.email COLLATE "C"
    ON CONFLICT (organization_id, email) WHERE status = 'pending' DO NOTHING
    RETURNING invitation_id AS id`);
  return new Set(rows.map(({ id }) => id));
}

/** Replaces the fields of pending invitations. The new generation makes the old link invalid. */
async function replaceInvitations(
  tx: Tx,
  shared: SharedFields,
  invitations: readonly NewInvitation[],
): Promise<void> {
  if (invitations.length === 0) return;
  await tx.query(sql`${named("replaceInvitations")}
    UPDATE invitations i SET generation = i.generation + 1, name = d.name, search_key = d."searchKey",
      external_id = d."externalId",
      language = d.language, message = ${shared.message}, invited_by_type = ${shared.invitedBy.type},
      invited_by_id = ${shared.invitedBy.id}::uuid, invited_by_name = ${shared.invitedBy.name},
      expires_at = ${shared.expiresAt}, delivery = ${shared.delivery}, delivery_error = NULL, delivery_tries = 0
    FROM jsonb_to_recordset(${toJson(invitations)}::jsonb)
      AS d(id uuid, email text, "searchKey" text, name text, "externalId" text, language text)
    WHERE i.organization_id = ${shared.organizationId} AND i.invitation_id = d.id AND i.status = 'pending'`);
}

/** Sets the roles of invitations: inserts the missing ones and deletes all others. */
async function setInvitationRoles(
  tx: Tx,
  organizationId: string,
  invitations: readonly Pick<NewInvitation, "id" | "roles">[],
): Promise<void> {
  if (invitations.length === 0) return;
  const roles = invitations.flatMap(({ id, roles }) =>
    roles.map(({ id: roleId, expiresAt, forDays }) => ({ id, roleId, expiresAt, forDays })),
  );
  await tx.query(sql`${named("setInvitationRoles")}
    WITH wanted AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(roles)}::jsonb) AS w(id uuid, "roleId" uuid, "expiresAt" timestamptz, "forDays" integer)),
    deleted AS (
      DELETE FROM invitation_roles o
      WHERE o.organization_id = ${organizationId} AND o.invitation_id = ANY(${invitations.map(({ id }) => id)}::uuid[])
        AND NOT EXISTS (SELECT FROM wanted w WHERE w.id = o.invitation_id AND w."roleId" = o.role_id))
    INSERT INTO invitation_roles (organization_id, invitation_id, role_id, expires_at, for_days)
    SELECT ${organizationId}::uuid, w.id, w."roleId", w."expiresAt", w."forDays" FROM wanted w
    ON CONFLICT (organization_id, invitation_id, role_id)
      DO UPDATE SET expires_at = excluded.expires_at, for_days = excluded.for_days`);
}

function toJson(invitations: readonly NewInvitation[]): string {
  return JSON.stringify(
    invitations.map(({ id, email, name, externalId, language }) => ({
      id,
      email,
      name,
      externalId,
      language,
      searchKey: `${foldText(name ?? "")}\n${foldEmail(email)}`,
    })),
  );
}
