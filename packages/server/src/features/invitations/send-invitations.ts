import type { SendInvitations, SendInvitationsResult } from "@gatehouse/sdk/contract";
import { type AuditEntry, record } from "../../audit/record.ts";
import type { Tx } from "../../database/database.ts";
import type { Deps } from "../../deps.ts";
import { type Actor, referenceTo } from "../../http/actor.ts";
import type { InvitationTerms } from "./bulk-queries.ts";
import { explore } from "./explore-wishes.ts";
import { viewInvitation } from "./invitation-view.ts";
import { overtaken, readWishes, type Verdict, type Wish } from "./judge-invitations.ts";
import { mailJobFor } from "./mail-job.ts";
import { reserveMails, tooManyMails } from "./mail-limits.ts";
import { type Placed, placeInvitations } from "./place-invitations.ts";
import { findInvitations, type StoredInvitation } from "./queries.ts";
import { settingsOf } from "./require-allowed.ts";
import { deliveryAtFirst, expiryAfter } from "./rules.ts";

/**
 * Invites many addresses inside the caller's transaction, with the same number of statements for one as for a thousand.
 * Each address gets a result of its own, in the order of the request; one that is refused stops no other. An address
 * that has a pending invitation, expired or not, gets its roles and its link replaced.
 */
export async function sendInvitations(
  deps: Pick<Deps, "clock" | "ids" | "mailer" | "enqueue">,
  tx: Tx,
  actor: Actor,
  request: SendInvitations,
): Promise<SendInvitationsResult> {
  const settings = await settingsOf(tx, actor.organizationId);
  const terms = termsFor(deps, actor, request, settings.invitationExpiresInDays);
  const asked = readWishes(request.invitations);
  const { wishes, people } = await explore(tx, actor, asked, settings.allowedEmailDomains);
  const open = wishes.filter((wish) => wish.verdict === null).map(({ email }) => email);
  const waits =
    terms.delivery === "queued" ? await reserveMails(tx, actor.organizationId, open, terms.now) : null;
  const limited = waits === null ? wishes : wishes.map((wish) => limitMails(wish, waits));
  const wanted = limited
    .filter((wish) => wish.verdict === null)
    .map((wish) => ({ ...wish, language: people.get(wish.email)?.language ?? settings.language }));
  const placed = await placeInvitations(deps, tx, actor, terms, wanted);
  const outcomes = await gather(tx, actor, limited, placed);

  const invitations = outcomes.flatMap((outcome) => ("invitation" in outcome ? [outcome.invitation] : []));
  const jobs = invitations.map((invitation) =>
    mailJobFor(terms.organizationId, invitation, waits?.get(invitation.email)),
  );
  if (request.send !== false) await deps.enqueue(tx, jobs);
  await record(deps, tx, actor, outcomes.flatMap(entryFor));
  return { results: outcomes.map((outcome) => resultFor(outcome, terms.now)) };
}

/** Refuses an address that has had its mails of the day. */
function limitMails(wish: Wish, waits: ReadonlyMap<string, number>): Wish {
  if (wish.verdict !== null || waits.has(wish.email)) return wish;
  const { code, details } = tooManyMails(wish.email);
  return { ...wish, verdict: { status: "refused", code, detail: details.detail } };
}

/** What became of one address in the end. */
type Outcome =
  | { readonly email: string; readonly verdict: Verdict }
  | {
      readonly email: string;
      readonly invitation: StoredInvitation;
      readonly replacedRoles: readonly string[] | null;
    };

function termsFor(
  deps: Pick<Deps, "clock" | "mailer">,
  actor: Actor,
  request: Omit<SendInvitations, "invitations">,
  usualDays: number,
): InvitationTerms {
  const now = deps.clock.now();
  return {
    organizationId: actor.organizationId,
    message: request.message === undefined || request.message === "" ? null : request.message,
    invitedBy: referenceTo(actor),
    now,
    expiresAt: expiryAfter(now, request.expiresInDays ?? usualDays),
    delivery: deliveryAtFirst(request.send !== false, deps.mailer.kind),
  };
}

async function gather(
  tx: Tx,
  actor: Actor,
  wishes: readonly Wish[],
  placed: ReadonlyMap<string, Placed>,
): Promise<readonly Outcome[]> {
  const ids = [...placed.values()].flatMap((one) => ("id" in one ? [one.id] : []));
  const stored = await findInvitations(tx, actor.organizationId, ids);
  const byEmail = new Map(stored.map((invitation) => [invitation.email, invitation]));
  return wishes.map(({ email, verdict }): Outcome => {
    if (verdict !== null) return { email, verdict };
    const place = placed.get(email);
    if (place === undefined || "verdict" in place) return { email, verdict: place?.verdict ?? overtaken };
    const invitation = byEmail.get(email);
    return invitation === undefined
      ? { email, verdict: overtaken }
      : { email, invitation, replacedRoles: place.replacedRoles };
  });
}

function entryFor(outcome: Outcome): readonly AuditEntry[] {
  if ("verdict" in outcome) return [];
  const { invitation, replacedRoles } = outcome;
  return [
    {
      action: replacedRoles === null ? "invitations.sent" : "invitations.replaced",
      target: { type: "invitation", id: invitation.id, name: invitation.email },
      changes: [
        { field: "roles", before: replacedRoles, after: invitation.roles.map((role) => role.name) },
        { field: "expiresAt", before: null, after: invitation.expiresAt.toISOString() },
      ],
    },
  ];
}

function resultFor(outcome: Outcome, now: Date): SendInvitationsResult["results"][number] {
  if ("verdict" in outcome) return { email: outcome.email, ...outcome.verdict };
  const status = outcome.replacedRoles === null ? "created" : "replaced";
  return { email: outcome.email, status, invitation: viewInvitation(outcome.invitation, now) };
}
