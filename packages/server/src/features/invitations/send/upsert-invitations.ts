/** Stores the invitations of a request: new ones, and those that replace a pending one. */
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
import { prepare, type Statement, sql } from "../../../db/sql.ts";
import type { Ids } from "../../../ports/ids.ts";
import { findRoles } from "../../roles/index.ts";
import { isReservedAsPlanned, reservation } from "../deliver/schedule-email.ts";
import type { StoredInvitation } from "../queries.ts";
import type { KnownRole } from "./invitation-context.ts";
import { type Rejection, type RequestedRole, validateReplacement } from "./validate-invitations.ts";

/** An invitation that passed validation. */
interface ValidInvitation {
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

/** The result for one address: stored (`replacedRoles` is null for a new invitation), or rejected. */
export type UpsertResult =
  | { readonly invitation: StoredInvitation; readonly replacedRoles: readonly string[] | null }
  | { readonly rejection: Rejection };

/** What `upsertInvitations` needs to know beside the invitations. */
interface UpsertInput {
  readonly shared: SharedFields;
  readonly valid: readonly ValidInvitation[];
  /** The locked pending invitations at the addresses. */
  readonly pending: readonly StoredInvitation[];
  readonly knownRoles: readonly KnownRole[];
  /** Seconds until an email may be sent, by address; null when none is sent. */
  readonly delays: ReadonlyMap<string, number> | null;
}

/**
 * Inserts or replaces invitations with the commit, and reserves their emails. A pending invitation is replaced if the actor holds the
 * permissions of its roles. When another transaction has written one of the addresses since they were read, the commit fails as a
 * conflict, and the transaction is run again.
 */
export async function upsertInvitations(
  deps: { readonly ids: Ids },
  tx: Tx,
  actor: Actor,
  { shared, valid, pending, knownRoles, delays }: UpsertInput,
): Promise<ReadonlyMap<string, UpsertResult>> {
  const findReplaced = await loadReplacements(tx, actor, pending);
  const results = new Map<string, UpsertResult>();
  const stored: StoredInvitation[] = [];
  for (const one of valid) {
    const replaced = findReplaced(one.email);
    if (replaced !== null && "rejection" in replaced) {
      results.set(one.email, replaced);
      continue;
    }
    const before = replaced?.invitation ?? createBlank(deps, shared);
    const invitation = toStored(before, shared, one, knownRoles);
    stored.push(invitation);
    results.set(one.email, { invitation, replacedRoles: replaced?.roleNames ?? null });
  }
  const planned =
    delays === null ? null : new Map(stored.map(({ email }) => [email, delays.get(email) ?? 0]));
  if (stored.length > 0) tx.deferToCommit(storeInvitations(shared, stored, planned));
  return results;
}

type Replaced =
  | { readonly invitation: StoredInvitation; readonly roleNames: readonly string[] }
  | { readonly rejection: Rejection };

/** Returns a function for the pending invitation at an address, if the actor may replace it. */
async function loadReplacements(
  tx: Tx,
  actor: Actor,
  pending: readonly StoredInvitation[],
): Promise<(email: string) => Replaced | null> {
  const roleIds = new Set(pending.flatMap(({ roles }) => roles.map(({ id }) => id)));
  const roles = compileRoles(actor.catalogue, await findRoles(tx, actor.organizationId, [...roleIds]));
  const byEmail = new Map(pending.map((one) => [one.email, one]));
  return (email) => {
    const invitation = byEmail.get(email);
    if (invitation === undefined) return null;
    const offered = invitation.roles.map(({ id }) => id);
    const rejection = validateReplacement(actor, offered, roles);
    const roleNames = offered.flatMap((id) => roles.get(id)?.name ?? []);
    return rejection === null ? { invitation, roleNames } : { rejection };
  };
}

type Blank = Pick<
  StoredInvitation,
  "id" | "generation" | "createdAt" | "lastSentAt" | "acceptedAt" | "acceptedBy" | "revokedAt"
>;

function createBlank({ ids }: { readonly ids: Ids }, { now }: SharedFields): Blank {
  return {
    id: ids.next(),
    generation: 0,
    createdAt: now,
    lastSentAt: null,
    acceptedAt: null,
    acceptedBy: null,
    revokedAt: null,
  };
}

/** The invitation as it will be stored. */
function toStored(
  before: Blank,
  { message, invitedBy, expiresAt, delivery }: SharedFields,
  { roles, ...invitation }: ValidInvitation,
  knownRoles: readonly KnownRole[],
): StoredInvitation {
  const offered = new Map(roles.map((role) => [role.id, role]));
  const { id, generation, createdAt, lastSentAt, acceptedAt, acceptedBy, revokedAt } = before;
  return {
    ...{ id, createdAt, lastSentAt, acceptedAt, acceptedBy, revokedAt },
    ...{ email: invitation.email, name: invitation.name, externalId: invitation.externalId },
    ...{ language: invitation.language, message, invitedBy, expiresAt, delivery },
    status: "pending",
    generation: generation + 1,
    deliveryError: null,
    roles: knownRoles.flatMap(({ id, name, description, translations }) => {
      const role = offered.get(id);
      if (role === undefined) return [];
      return { id, name, description, translations, expiresAt: role.expiresAt, forDays: role.forDays };
    }),
  };
}

/** The statement that writes them; a new generation makes the old link invalid. */
function storeInvitations(
  shared: SharedFields,
  invitations: readonly StoredInvitation[],
  delays: ReadonlyMap<string, number> | null,
): Statement {
  const { organizationId, message, invitedBy, now, expiresAt, delivery } = shared;
  const replaced = invitations.filter(({ generation }) => generation > 1);
  const replacedIds = replaced.map(({ id }) => id);
  return sql`${prepare("storeInvitations")}
    WITH d AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${toJson(invitations)}::jsonb) AS d(id uuid, email text, "searchKey" text,
        name text, "externalId" text, language text, generation integer)),
    wanted AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${toRoleJson(invitations)}::jsonb)
        AS w(id uuid, "roleId" uuid, "expiresAt" timestamptz, "forDays" integer)),
    inserted AS (
      INSERT INTO invitations AS i (organization_id, invitation_id, email, search_key, name, external_id, message, language,
        invited_by_type, invited_by_id, invited_by_name, created_at, expires_at, delivery)
      SELECT o.organization_id, d.id, d.email, d."searchKey", d.name, d."externalId", ${message}, d.language,
        ${invitedBy.type}, ${invitedBy.id}::uuid, ${invitedBy.name}, ${now}::timestamptz, ${expiresAt}::timestamptz, ${delivery}
      FROM organizations o CROSS JOIN d WHERE o.organization_id = ${organizationId} AND d.generation = 1 ORDER BY d.email COLLATE "C"
      ON CONFLICT (organization_id, email) WHERE status = 'pending' DO NOTHING
      RETURNING i.invitation_id),
    ${replaced.length === 0 ? sql`` : replacing(shared, replacedIds)}
    offered AS (
      INSERT INTO invitation_roles (organization_id, invitation_id, role_id, expires_at, for_days)
      SELECT o.organization_id, w.id, w."roleId", w."expiresAt", w."forDays"
      FROM organizations o CROSS JOIN wanted w
      WHERE o.organization_id = ${organizationId} AND (w.id IN (SELECT invitation_id FROM inserted)
        ${replaced.length === 0 ? sql`` : sql`OR w.id IN (SELECT invitation_id FROM replaced)`})
      ON CONFLICT (organization_id, invitation_id, role_id)
        DO UPDATE SET expires_at = excluded.expires_at, for_days = excluded.for_days)
    ${delays === null ? sql`` : sql`, reserved AS (${reservation(organizationId, [...delays.keys()], now)})`}
    SELECT require_unchanged_authority(${invitations.length}::integer = (SELECT count(*) FROM inserted)
      ${replaced.length === 0 ? sql`` : sql`+ (SELECT count(*) FROM replaced)`}
      ${delays === null ? sql`` : sql`AND ${isReservedAsPlanned(delays)}`})`;
}

/** The parts of the statement that replace pending invitations. */
function replacing(
  { organizationId, message, invitedBy, expiresAt, delivery }: SharedFields,
  ids: readonly string[],
): Statement {
  return sql`
    replaced AS (
      UPDATE invitations i SET generation = d.generation, name = d.name, search_key = d."searchKey",
        external_id = d."externalId",
        language = d.language, message = ${message}, invited_by_type = ${invitedBy.type},
        invited_by_id = ${invitedBy.id}::uuid, invited_by_name = ${invitedBy.name},
        expires_at = ${expiresAt}, delivery = ${delivery}, delivery_error = NULL, delivery_tries = 0
      FROM d
      WHERE i.organization_id = ${organizationId} AND i.invitation_id = d.id AND i.status = 'pending'
        AND i.generation = d.generation - 1
      RETURNING i.invitation_id),
    dropped AS (
      DELETE FROM invitation_roles o
      WHERE o.organization_id = ${organizationId} AND o.invitation_id = ANY(${ids}::uuid[])
        AND NOT EXISTS (SELECT FROM wanted w WHERE w.id = o.invitation_id AND w."roleId" = o.role_id)),`;
}

function toJson(invitations: readonly StoredInvitation[]): string {
  return JSON.stringify(
    invitations.map(({ id, email, name, externalId, language, generation }) => ({
      ...{ id, email, name, externalId, language, generation },
      searchKey: `${foldText(name ?? "")}\n${foldEmail(email)}`,
    })),
  );
}

function toRoleJson(invitations: readonly StoredInvitation[]): string {
  return JSON.stringify(
    invitations.flatMap(({ id, roles }) =>
      roles.map(({ id: roleId, expiresAt, forDays }) => ({ id, roleId, expiresAt, forDays })),
    ),
  );
}
