import { compileRoles } from "@gatehouse/access";
import type { CheckInvitationsResult, SendInvitations, SendInvitationsResult } from "@gatehouse/sdk/contract";
import { type AuditChange, type AuditEntry, record } from "../../../audit/record.ts";
import { type Actor, type AuthenticatedActor, toActorReference } from "../../../auth/actor.ts";
import { authorizeRead } from "../../../auth/authorize-write.ts";
import type { Tx } from "../../../db/database.ts";
import type { Deps } from "../../../deps.ts";
import { findRoles } from "../../roles/index.ts";
import { createEmailJob, tooManyEmails } from "../deliver/schedule-email.ts";
import { computeExpiry, getInitialDelivery, viewInvitation, viewOfferedEnd } from "../invitation-state.ts";
import { findPending, lockPending, type StoredInvitation } from "../queries.ts";
import { type LoadedContext, loadContext } from "./invitation-context.ts";
import { type SharedFields, type UpsertResult, upsertInvitations } from "./upsert-invitations.ts";
import {
  type InvitationRequest,
  parseRequests,
  type Rejection,
  requireValidOffers,
  validateInvitations,
  validateReplacement,
} from "./validate-invitations.ts";

/**
 * Invites many addresses inside the caller's transaction, with the same number of statements for one as for a thousand.
 * Each address has its own result, in the order of the request; a rejected address doesn't affect the others. A pending
 * invitation to the same address, expired or not, gets the new roles and a new link. They are written with the commit; `mapStoreError`
 * converts its errors.
 */
export async function sendInvitations(
  deps: Pick<Deps, "clock" | "ids" | "mailer" | "enqueue">,
  tx: Tx,
  actor: Actor,
  request: SendInvitations,
): Promise<SendInvitationsResult> {
  const { organizationId } = actor;
  const now = deps.clock.now();
  const parsed = parseRequests(request.invitations);
  // Locked first: what the second statement reads may have changed while the first waited.
  const [pending, context] = await Promise.all([
    lockPending(tx, organizationId, listEmails(parsed)),
    loadContext(tx, actor, parsed, now),
  ]);
  const shared = createSharedFields(deps, actor, request, {
    now,
    defaultExpiryDays: context.settings.invitationExpiresInDays,
  });
  requireValidOffers(parsed, context.roles, now);
  const validated = validateInvitations(actor, parsed, context, shared.expiresAt);
  const delays = shared.delivery === "queued" ? planEmails(listEmails(validated), context.emailDelays) : null;
  const requests = delays === null ? validated : validated.map((one) => limitEmails(one, delays));

  const valid = listValid(requests).map((one) => ({
    ...one,
    language: context.languages.get(one.email) ?? context.settings.language,
  }));
  const input = { shared, valid, pending, knownRoles: context.knownRoles, delays };
  const upserted = await upsertInvitations(deps, tx, actor, input);
  const outcomes = requests.map((one) => toOutcome(one, upserted.get(one.email)));

  const invitations = outcomes.flatMap((outcome) => ("invitation" in outcome ? [outcome.invitation] : []));
  const jobs = invitations.map((invitation) =>
    createEmailJob(organizationId, invitation, delays?.get(invitation.email)),
  );
  if (request.send !== false) await deps.enqueue(tx, jobs);
  await record(deps, tx, actor, outcomes.flatMap(toAuditEntries));
  return {
    results: outcomes.map((outcome) => toResult(outcome, { now: shared.now, language: actor.language })),
  };
}

function listValid(requests: readonly InvitationRequest[]): readonly InvitationRequest[] {
  return requests.filter((request) => request.rejection === null);
}

function listEmails(requests: readonly InvitationRequest[]): readonly string[] {
  return listValid(requests).map(({ email }) => email);
}

/** Seconds until an email to each address may be sent; an address at its daily limit is absent. */
function planEmails(
  emails: readonly string[],
  known: LoadedContext["emailDelays"],
): ReadonlyMap<string, number> {
  return new Map(
    emails.flatMap((email): [string, number][] => {
      const seconds = known.get(email);
      return seconds === null ? [] : [[email, seconds ?? 0]];
    }),
  );
}

/** Rejects an address that has reached its daily limit of emails. */
function limitEmails(request: InvitationRequest, delays: ReadonlyMap<string, number>): InvitationRequest {
  if (request.rejection !== null || delays.has(request.email)) return request;
  const { code, details } = tooManyEmails(request.email);
  return { ...request, rejection: { status: "refused", code, detail: details.detail } };
}

/** The result for one address. */
type Outcome =
  | { readonly email: string; readonly rejection: Rejection }
  | {
      readonly email: string;
      readonly invitation: StoredInvitation;
      readonly replacedRoles: readonly string[] | null;
    };

function createSharedFields(
  deps: Pick<Deps, "mailer">,
  actor: Actor,
  request: Omit<SendInvitations, "invitations">,
  { now, defaultExpiryDays }: { readonly now: Date; readonly defaultExpiryDays: number },
): SharedFields {
  return {
    organizationId: actor.organizationId,
    message: request.message === undefined || request.message === "" ? null : request.message,
    invitedBy: toActorReference(actor),
    now,
    expiresAt: computeExpiry(now, request.expiresInDays ?? defaultExpiryDays),
    delivery: getInitialDelivery(request.send !== false, deps.mailer.kind),
  };
}

function toOutcome({ email, rejection }: InvitationRequest, result: UpsertResult | undefined): Outcome {
  if (rejection !== null) return { email, rejection };
  if (result === undefined) throw new Error(`The invitation of ${email} has no result.`);
  return "rejection" in result ? { email, rejection: result.rejection } : { email, ...result };
}

function toAuditEntries(outcome: Outcome): readonly AuditEntry[] {
  if ("rejection" in outcome) return [];
  const { invitation, replacedRoles } = outcome;
  return [
    {
      action: replacedRoles === null ? "invitations.sent" : "invitations.replaced",
      target: { type: "invitation", id: invitation.id, name: invitation.email },
      changes: [
        { field: "roles", before: replacedRoles, after: invitation.roles.map((role) => role.name) },
        ...toRoleEndsChange(invitation),
        ...(invitation.externalId === null
          ? []
          : [{ field: "externalId", before: null, after: invitation.externalId } as const]),
        { field: "expiresAt", before: null, after: invitation.expiresAt.toISOString() },
      ],
    },
  ];
}

/** The roles that are offered with an end, as recorded. */
function toRoleEndsChange({ roles }: StoredInvitation): readonly AuditChange[] {
  const after = roles.flatMap(({ name, ...end }) => {
    const view = viewOfferedEnd(end);
    return Object.keys(view).length === 0 ? [] : { role: name, ...view };
  });
  return after.length === 0 ? [] : [{ field: "roleEnds", before: null, after }];
}

function toResult(
  outcome: Outcome,
  view: Parameters<typeof viewInvitation>[1],
): SendInvitationsResult["results"][number] {
  if ("rejection" in outcome) return { email: outcome.email, ...outcome.rejection };
  const status = outcome.replacedRoles === null ? "created" : "replaced";
  return { email: outcome.email, status, invitation: viewInvitation(outcome.invitation, view) };
}

/**
 * Returns for each address what inviting it now would do, by the rules of `sendInvitations`, and writes nothing. The
 * result guarantees nothing: sending validates again.
 */
export function checkInvitations(
  deps: Pick<Deps, "db" | "clock">,
  actor: AuthenticatedActor,
  request: Pick<SendInvitations, "invitations">,
): Promise<CheckInvitationsResult> {
  return authorizeRead(deps, actor, (tx, actor) => checkInvitationsInTransaction(deps, tx, actor, request));
}

/** The same inside the caller's transaction. */
export async function checkInvitationsInTransaction(
  deps: Pick<Deps, "clock">,
  tx: Tx,
  actor: Actor,
  request: Pick<SendInvitations, "invitations">,
): Promise<CheckInvitationsResult> {
  const { organizationId } = actor;
  const now = deps.clock.now();
  const parsed = parseRequests(request.invitations);
  const [context, found] = await Promise.all([
    loadContext(tx, actor, parsed, now),
    findPending(tx, organizationId, listEmails(parsed)),
  ]);
  requireValidOffers(parsed, context.roles, now);
  const joinedBefore = computeExpiry(now, context.settings.invitationExpiresInDays);
  const requests = validateInvitations(actor, parsed, context, joinedBefore);
  const pending = new Map(found.map(({ email, roleIds }) => [email, roleIds]));
  const roleIds = [...new Set([...pending.values()].flat())];
  const roles = compileRoles(actor.catalogue, await findRoles(tx, organizationId, roleIds));
  return {
    results: requests.map((one): CheckInvitationsResult["results"][number] => {
      const { email } = one;
      const pendingRoles = one.rejection === null ? pending.get(email) : undefined;
      const rejection =
        pendingRoles === undefined ? one.rejection : validateReplacement(actor, pendingRoles, roles);
      if (rejection !== null) return { email, ...rejection };
      return { email, status: pendingRoles === undefined ? "ready" : "replaces" };
    }),
  };
}
