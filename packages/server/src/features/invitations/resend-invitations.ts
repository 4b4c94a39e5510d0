import { record } from "../../audit/record.ts";
import type { Tx } from "../../database/database.ts";
import type { Deps } from "../../deps.ts";
import { type Actor, referenceTo } from "../../http/actor.ts";
import type { Refusal } from "../../http/refusal.ts";
import { isAllowed, type StoredOrganization } from "../organizations/index.ts";
import {
  type Choice,
  chooseInvitations,
  chosen,
  refuseSome,
  refuseUsers,
  renewed,
} from "./choose-invitations.ts";
import { mailJobFor } from "./mail-job.ts";
import { reserveMails, tooManyMails } from "./mail-limits.ts";
import { findInvitations, type StoredInvitation } from "./queries.ts";
import { domainNotAllowed, notPending, roleGone } from "./refusals.ts";
import { settingsOf } from "./require-allowed.ts";
import { deliveryAtFirst, expiryAfter } from "./rules.ts";
import { renewInvitations } from "./several-queries.ts";

/**
 * Sends new links with a new expiry inside the caller's transaction; the old links are dead. From then on the
 * invitations rest on the rights of whoever sent them again, so that one whose inviter has left can be revived.
 */
export async function resendInvitations(
  deps: Pick<Deps, "clock" | "ids" | "mailer" | "enqueue">,
  tx: Tx,
  actor: Actor,
  invitationIds: readonly string[],
): Promise<readonly Choice[]> {
  const { organizationId } = actor;
  const settings = await settingsOf(tx, organizationId);
  const named = await chooseInvitations(tx, actor, invitationIds, (invitation) =>
    whyNot(invitation, settings),
  );
  const open = await refuseUsers(tx, organizationId, named, "Withdraw this invitation.");
  const now = deps.clock.now();
  const delivery = deliveryAtFirst(true, deps.mailer.kind);
  const emails = chosen(open).map(({ email }) => email);
  const waits = delivery === "queued" ? await reserveMails(tx, organizationId, emails, now) : null;
  const choices = refuseSome(open, ({ email }) =>
    waits === null || waits.has(email) ? null : tooManyMails(email),
  );
  const before = chosen(choices);
  if (before.length === 0) return choices;

  const ids = before.map(({ id }) => id);
  await renewInvitations(tx, organizationId, {
    invitationIds: ids,
    invitedBy: referenceTo(actor),
    expiresAt: expiryAfter(now, settings.invitationExpiresInDays),
    delivery,
  });
  const after = renewed(choices, await findInvitations(tx, organizationId, ids));
  await deps.enqueue(
    tx,
    chosen(after).map((invitation) => mailJobFor(organizationId, invitation, waits?.get(invitation.email))),
  );
  await recordEach(deps, tx, actor, before, chosen(after));
  return after;
}

function whyNot({ status, roles, email }: StoredInvitation, settings: StoredOrganization): Refusal | null {
  if (status !== "pending") return notPending(status);
  if (!isAllowed(email, settings.allowedEmailDomains)) return domainNotAllowed(settings.name);
  return roles.length === 0 ? roleGone("Invite the address again with roles that exist.") : null;
}

async function recordEach(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  actor: Actor,
  before: readonly StoredInvitation[],
  after: readonly StoredInvitation[],
): Promise<void> {
  const ends = new Map(before.map(({ id, expiresAt }) => [id, expiresAt.toISOString()]));
  await record(
    deps,
    tx,
    actor,
    after.map(({ id, email, expiresAt }) => ({
      action: "invitations.resent",
      target: { type: "invitation", id, name: email },
      changes: [{ field: "expiresAt", before: ends.get(id) ?? null, after: expiresAt.toISOString() }],
    })),
  );
}
