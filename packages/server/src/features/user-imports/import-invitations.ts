/** Imports a batch of rows as invitations. */
import type { SendInvitations } from "@gatehouse/sdk/contract";
import type { Actor, AuthenticatedActor, SystemActor } from "../../auth/actor.ts";
import { authorizeRead, authorizeWrite } from "../../auth/authorize-write.ts";
import type { Tx } from "../../db/database.ts";
import { named, sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import { userLimitReached } from "../../errors/user-limit.ts";
import { checkInvitationsInTransaction, mapStoreError, sendInvitations } from "../invitations/index.ts";
import { findFreePlaces } from "../organizations/index.ts";
import { findUsersByKeys } from "../users/index.ts";
import { loadRoles } from "./import-context.ts";
import {
  type ImportOptions,
  type ImportRow,
  type RefusedRow,
  type RowResult,
  toRefusal,
  type ValidatedRows,
  type ValidRow,
  validateRows,
} from "./import-row.ts";

type ImportDeps = Pick<Deps, "db" | "clock" | "ids" | "enqueue" | "mailer">;
type CheckDeps = Pick<Deps, "db" | "clock">;

/**
 * Invites the people of up to a thousand rows in one transaction, by the rules of `sendInvitations`, with their e-mails and audit
 * events. A pending invitation that offers the same already is unchanged and gets no second e-mail, and so is a user who has the
 * roles; so the same rows again change nothing.
 */
export async function importInvitations(
  deps: ImportDeps,
  actor: AuthenticatedActor | SystemActor,
  rows: readonly ImportRow[],
  { seen = new Set(), onWritten }: Pick<ImportOptions, "seen" | "onWritten">,
): Promise<readonly RowResult[]> {
  const validated = validateRows(rows, seen);
  return authorizeWrite(
    deps,
    actor,
    async (tx, current) => {
      const results = await inviteRows(deps, tx, current, validated);
      await onWritten?.(tx, results);
      return results;
    },
    { timeouts: "background" },
  );
}

/** Invites the people of validated rows inside the caller's transaction. */
export async function inviteRows(
  deps: Omit<ImportDeps, "db">,
  tx: Tx,
  actor: Actor,
  validated: ValidatedRows["validated"],
): Promise<readonly RowResult[]> {
  const plan = await planInvitations(deps, tx, actor, validated);
  const { results } = await sendInvitations(deps, tx, actor, { invitations: [...plan.requests] });
  try {
    await tx.runDeferred(); // what follows reads the invitations
  } catch (error) {
    throw mapStoreError(error);
  }
  return mergeResults(validated, plan, results);
}

/** What `importInvitations` would do, without writing anything. */
export async function checkImportedInvitations(
  deps: CheckDeps,
  actor: AuthenticatedActor | SystemActor,
  rows: readonly ImportRow[],
  { seen = new Set() }: Pick<ImportOptions, "seen">,
): Promise<readonly RowResult[]> {
  const validated = validateRows(rows, seen);
  return authorizeRead(deps, actor, (tx, current) => checkInvitedRows(deps, tx, current, validated));
}

/** What `inviteRows` would do, without writing anything. */
export async function checkInvitedRows(
  deps: Pick<Deps, "clock">,
  tx: Tx,
  actor: Actor,
  validated: ValidatedRows["validated"],
): Promise<readonly RowResult[]> {
  const plan = await planInvitations(deps, tx, actor, validated);
  const { results } = await checkInvitationsInTransaction(deps, tx, actor, {
    invitations: [...plan.requests],
  });
  return mergeResults(validated, plan, results);
}

interface InvitationPlan {
  readonly requests: SendInvitations["invitations"];
  /** Results that are known without a request, by address. */
  readonly known: ReadonlyMap<string, RowResult>;
}

async function planInvitations(
  { clock }: Pick<Deps, "clock">,
  tx: Tx,
  actor: Actor,
  validated: readonly (ValidRow | RefusedRow)[],
): Promise<InvitationPlan> {
  const now = clock.now();
  const rows = validated.filter((row): row is ValidRow => !("refusal" in row));
  const emails = rows.map(({ email }) => email);
  const { organizationId } = actor;
  const users = await findUsersByKeys(tx, organizationId, { emails, externalIds: [], now });
  const heldRoles = new Map(users.map(({ email, grants }) => [email, grants.map(({ roleId }) => roleId)]));
  const pending = await findPendingOffers(tx, { organizationId, emails, now });
  const offers = new Map(pending.map((offer) => [offer.email, offer]));
  const roles = await loadRoles(tx, actor, rows);
  const known = new Map<string, RowResult>();
  let places = (await findFreePlaces(tx, organizationId, now))?.invitations ?? Number.POSITIVE_INFINITY;
  const requests: SendInvitations["invitations"][number][] = [];
  for (const row of rows) {
    const { line, email, name, externalId } = row;
    const resolved = row.roles === null ? { roles: [] } : roles.resolve(row.roles);
    if ("refusal" in resolved) {
      known.set(email, { line, email, outcome: "refused", refusal: resolved.refusal });
      continue;
    }
    const roleIds = resolved.roles.map(({ id }) => id);
    // Someone who can't give the roles must not find out who is a user.
    const canGive = roleIds.every((id) => roles.findCeiling(id) === null);
    const isJoined =
      roleIds.every((id) => heldRoles.get(email)?.includes(id) === true) && heldRoles.has(email);
    if (canGive && (isJoined || isOffered(offers.get(email), row, roleIds)))
      known.set(email, { line, email, outcome: "unchanged" });
    else if (places === 0 && !offers.has(email) && !heldRoles.has(email))
      known.set(email, { line, email, outcome: "refused", refusal: toRefusal(userLimitReached(null)) });
    else {
      if (!offers.has(email) && !heldRoles.has(email)) places -= 1;
      requests.push({
        email,
        roleIds,
        ...(name === null ? {} : { name }),
        ...(externalId === null ? {} : { externalId }),
      });
    }
  }
  return { requests, known };
}

function isOffered(
  offer: PendingOffer | undefined,
  { name, externalId }: ValidRow,
  roleIds: readonly string[],
): boolean {
  if (offer === undefined) return false;
  return (
    (name ?? offer.name) === offer.name &&
    (externalId ?? offer.externalId) === offer.externalId &&
    offer.roleIds.length === roleIds.length &&
    roleIds.every((id) => offer.roleIds.includes(id))
  );
}

/** A pending invitation that has not expired, with the roles that it offers without an end. */
interface PendingOffer {
  readonly email: string;
  readonly name: string | null;
  readonly externalId: string | null;
  readonly roleIds: readonly string[];
}

async function findPendingOffers(
  tx: Tx,
  {
    organizationId,
    emails,
    now,
  }: { readonly organizationId: string; readonly emails: readonly string[]; readonly now: Date },
): Promise<readonly PendingOffer[]> {
  const { rows } = await tx.query(sql<PendingOffer>`${named("findPendingOffers")}
    SELECT i.email, i.name, i.external_id AS "externalId", ARRAY(SELECT o.role_id::text FROM invitation_roles o
      WHERE o.organization_id = ${organizationId} AND o.invitation_id = i.invitation_id
        AND o.expires_at IS NULL AND o.for_days IS NULL) AS "roleIds"
    FROM invitations i
    WHERE i.organization_id = ${organizationId} AND i.status = 'pending' AND i.email = ANY(${emails}::text[])
      AND i.expires_at > ${now}`);
  return rows;
}

/** The result of one address, of sending or of checking. */
interface AddressResult {
  readonly email: string;
  readonly status: string;
  readonly invitation?: { readonly id: string } | undefined;
  readonly code?: string | undefined;
  readonly detail?: string | undefined;
}

function mergeResults(
  validated: readonly (ValidRow | RefusedRow)[],
  { known }: InvitationPlan,
  results: readonly AddressResult[],
): readonly RowResult[] {
  const byEmail = new Map(results.map((result) => [result.email, result]));
  return validated.map((row): RowResult => {
    const { line, email } = row;
    if ("refusal" in row) return { line, email, outcome: "refused", refusal: row.refusal };
    const result = byEmail.get(email);
    return known.get(email) ?? toRowResult({ line, email }, result);
  });
}

function toRowResult(row: Pick<RowResult, "line" | "email">, result: AddressResult | undefined): RowResult {
  if (result === undefined) throw new Error(`Line ${row.line} has no result.`);
  const { status, code = "internal", detail = "" } = result;
  if (status === "created" || status === "ready") {
    const { invitation } = result;
    return { ...row, outcome: "created", ...(invitation === undefined ? {} : { createdId: invitation.id }) };
  }
  if (status === "replaced" || status === "replaces") return { ...row, outcome: "updated" };
  return { ...row, outcome: "refused", refusal: { code, detail } };
}
