import { compileRoles } from "@gatehouse/access";
import type { Language } from "@gatehouse/sdk/contract";
import type { Tx } from "../../database/database.ts";
import { isForeignKeyViolation } from "../../database/errors.ts";
import type { Actor } from "../../http/actor.ts";
import { Refusal } from "../../http/refusal.ts";
import type { Ids } from "../../ports/ids.ts";
import { findRoles } from "../roles/index.ts";
import {
  type InvitationDraft,
  type InvitationTerms,
  insertInvitations,
  lockPending,
  offerRoles,
  type PendingInvitation,
  replaceInvitations,
} from "./bulk-queries.ts";
import { judgeReplacement, overtaken, type RolesById, type Verdict } from "./judge-invitations.ts";

/** An invitation that may be written: nothing speaks against its address and its roles. */
export interface Wanted {
  readonly email: string;
  readonly name: string | null;
  readonly language: Language;
  readonly roleIds: readonly string[];
}

/** What became of one: written, anew or in place of another, or refused for the sake of what stands there. */
export type Placed =
  | { readonly id: string; readonly replacedRoles: readonly string[] | null }
  | { readonly verdict: Verdict };

/**
 * Writes invitations. The unique index decides who is first: what can't be inserted has a pending invitation, perhaps
 * of a request that runs at this moment, and that one is replaced if the actor may take its roles away.
 */
export async function placeInvitations(
  deps: { readonly ids: Ids },
  tx: Tx,
  actor: Actor,
  terms: InvitationTerms,
  wanted: readonly Wanted[],
): Promise<ReadonlyMap<string, Placed>> {
  const drafts = wanted.map((one): InvitationDraft => ({ ...one, id: deps.ids.next() }));
  const inserted = await insertInvitations(tx, terms, drafts);
  const [fresh, occupied] = partition(drafts, ({ id }) => inserted.has(id));
  const replacements = await judgeReplacements(tx, actor, terms.organizationId, occupied);
  const replacing = replacements.flatMap((one) => ("draft" in one ? [one.draft] : []));
  await replaceInvitations(tx, terms, replacing);
  await offer(tx, terms.organizationId, [...fresh, ...replacing]);
  return new Map([
    ...fresh.map(({ email, id }): [string, Placed] => [email, { id, replacedRoles: null }]),
    ...replacements.map(({ email, placed }): [string, Placed] => [email, placed]),
  ]);
}

/** A role that is deleted at this very moment takes the whole request with it: asked again, it is refused by itself. */
async function offer(tx: Tx, organizationId: string, drafts: readonly InvitationDraft[]): Promise<void> {
  try {
    await offerRoles(tx, organizationId, drafts);
  } catch (error) {
    if (!isForeignKeyViolation(error, "invitation_roles")) throw error;
    throw new Refusal("users/role-gone", {
      detail: "One of the roles was deleted at this moment. Load the list of roles again and choose another.",
    });
  }
}

type Replacement =
  | { readonly email: string; readonly placed: Placed; readonly draft: InvitationDraft }
  | { readonly email: string; readonly placed: Placed };

async function judgeReplacements(
  tx: Tx,
  actor: Actor,
  organizationId: string,
  drafts: readonly InvitationDraft[],
): Promise<readonly Replacement[]> {
  const pending = await lockPending(
    tx,
    organizationId,
    drafts.map(({ email }) => email),
  );
  const byEmail = new Map(pending.map((invitation) => [invitation.email, invitation]));
  const roleIds = new Set(pending.flatMap((invitation) => invitation.roleIds));
  const roles = compileRoles(actor.catalogue, await findRoles(tx, organizationId, [...roleIds]));
  return drafts.map((draft) => judgeOne(actor, draft, byEmail.get(draft.email), roles));
}

function judgeOne(
  actor: Actor,
  draft: InvitationDraft,
  pending: PendingInvitation | undefined,
  roles: RolesById,
): Replacement {
  const { email } = draft;
  const verdict = pending === undefined ? overtaken : judgeReplacement(actor, pending.roleIds, roles);
  if (pending === undefined || verdict !== null) return { email, placed: { verdict: verdict ?? overtaken } };
  const replacedRoles = pending.roleIds.flatMap((id) => roles.get(id)?.name ?? []);
  return { email, placed: { id: pending.id, replacedRoles }, draft: { ...draft, id: pending.id } };
}

function partition<T>(
  all: readonly T[],
  belongs: (one: T) => boolean,
): readonly [readonly T[], readonly T[]] {
  return [all.filter(belongs), all.filter((one) => !belongs(one))];
}
