/** Which of several invitations that were named something may be done with, and why not with the others. */
import { type CompiledRole, compileRoles, mayGive } from "@gatehouse/access";
import type { SeveralResults } from "@gatehouse/sdk/contract";
import type { Tx } from "../../database/database.ts";
import type { Actor } from "../../http/actor.ts";
import { overCeiling } from "../../http/common-refusals.ts";
import { notFound, type Refusal } from "../../http/refusal.ts";
import { findRoles } from "../roles/index.ts";
import { findAddressees } from "./bulk-queries.ts";
import { viewInvitation } from "./invitation-view.ts";
import type { StoredInvitation } from "./queries.ts";
import { alreadyUser } from "./refusals.ts";
import { lockInvitations } from "./several-queries.ts";

/** One invitation that was named. */
export type Choice =
  | { readonly invitationId: string; readonly invitation: StoredInvitation; readonly refusal: null }
  | {
      readonly invitationId: string;
      /** Null when there is none of that id. */
      readonly invitation: StoredInvitation | null;
      readonly refusal: Refusal;
    };

/**
 * Locks the invitations, each once, in the order in which they were named. Refused is what `whyNot` refuses, and what
 * offers more than the actor holds: a link gives its roles to whoever has it, and withdrawing takes them away.
 */
export async function chooseInvitations(
  tx: Tx,
  actor: Actor,
  invitationIds: readonly string[],
  whyNot: (invitation: StoredInvitation) => Refusal | null,
): Promise<readonly Choice[]> {
  const { organizationId } = actor;
  const ids = [...new Set(invitationIds)];
  const stored = await lockInvitations(tx, organizationId, ids);
  const byId = new Map(stored.map((invitation) => [invitation.id, invitation]));
  const roleIds = new Set(stored.flatMap((invitation) => invitation.roles.map((role) => role.id)));
  const roles = compileRoles(actor.catalogue, await findRoles(tx, organizationId, [...roleIds]));
  return ids.map((invitationId): Choice => {
    const invitation = byId.get(invitationId);
    if (invitation === undefined) return { invitationId, invitation: null, refusal: notFound() };
    return { invitationId, invitation, refusal: whyNot(invitation) ?? beyond(actor, invitation, roles) };
  });
}

/** Refuses a further one, for what only the whole choice shows. */
export function refuseSome(
  choices: readonly Choice[],
  whyNot: (invitation: StoredInvitation) => Refusal | null,
): readonly Choice[] {
  return choices.map((choice) =>
    choice.refusal === null ? { ...choice, refusal: whyNot(choice.invitation) } : choice,
  );
}

/** Refuses those whose person is a user by now. */
export async function refuseUsers(
  tx: Tx,
  organizationId: string,
  choices: readonly Choice[],
  next: string,
): Promise<readonly Choice[]> {
  const emails = chosen(choices).map(({ email }) => email);
  const people = await findAddressees(tx, organizationId, emails);
  const users = new Set(people.filter(({ userName }) => userName !== null).map(({ email }) => email));
  return refuseSome(choices, ({ email }) => (users.has(email) ? alreadyUser(email, next) : null));
}

/** The invitations that nothing speaks against. */
export function chosen(choices: readonly Choice[]): readonly StoredInvitation[] {
  return choices.flatMap((choice) => (choice.refusal === null ? [choice.invitation] : []));
}

/** The choice with its invitations as they are after the change. */
export function renewed(choices: readonly Choice[], changed: readonly StoredInvitation[]): readonly Choice[] {
  const byId = new Map(changed.map((invitation) => [invitation.id, invitation]));
  return choices.map((choice) =>
    choice.refusal === null
      ? { ...choice, invitation: byId.get(choice.invitationId) ?? choice.invitation }
      : choice,
  );
}

/** The one invitation of a choice of one. @throws Refusal what speaks against it */
export function onlyOne([choice]: readonly Choice[]): StoredInvitation {
  if (choice === undefined) throw notFound();
  if (choice.refusal !== null) throw choice.refusal;
  return choice.invitation;
}

/** A choice as it is answered. */
export function viewChoices(choices: readonly Choice[], now: Date): SeveralResults {
  return {
    results: choices.map(({ invitationId, invitation, refusal }) => ({
      invitationId,
      status: refusal === null ? "done" : "refused",
      ...(invitation === null ? {} : { invitation: viewInvitation(invitation, now) }),
      ...(refusal === null ? {} : { code: refusal.code, detail: refusal.details.detail }),
    })),
  };
}

function beyond(
  actor: Pick<Actor, "permissions">,
  invitation: StoredInvitation,
  roles: ReadonlyMap<string, CompiledRole>,
): Refusal | null {
  for (const role of invitation.roles.flatMap(({ id }) => roles.get(id) ?? [])) {
    const ceiling = mayGive(actor.permissions, role.permissions);
    if (!ceiling.allowed)
      return overCeiling(`The role ${role.name}, which this invitation offers,`, ceiling.missing);
  }
  return null;
}
