/** Selects the invitations of a batch request on which the actor may act, and explains why not for the others. */
import { type CompiledRole, compileRoles, mayGive } from "@gatehouse/access";
import type { SeveralResults } from "@gatehouse/sdk/contract";
import type { Actor } from "../../../auth/actor.ts";
import { findGrantError, type Giver } from "../../../auth/grant-ceiling.ts";
import type { Tx } from "../../../db/database.ts";
import { type ApiError, grantCeilingExceeded, notFound } from "../../../errors/api-error.ts";
import { computeRoleEnd, viewInvitation } from "../invitation-state.ts";
import { type LockedInvitations, lockInvitations, type StoredInvitation } from "../queries.ts";

/** One invitation of a batch request. */
export type Selection =
  | { readonly invitationId: string; readonly invitation: StoredInvitation; readonly error: null }
  | {
      readonly invitationId: string;
      /** Null when the id is unknown. */
      readonly invitation: StoredInvitation | null;
      readonly error: ApiError;
    };

/** How invitations are selected. */
interface SelectionOptions {
  readonly joinedBefore?: ((invitation: StoredInvitation) => Date) | null;
}

/**
 * Locks the invitations, each once, in the order of the request. An invitation is rejected when `findError` returns an
 * error, or when its roles have permissions that the actor doesn't hold: a link grants the roles to its bearer, and
 * revoking removes them. With `joinedBefore`, the invitation is given again: its roles must not outlast what the actor holds,
 * even if the person joins that late.
 */
export async function selectInvitations(
  tx: Tx,
  actor: Actor,
  invitationIds: readonly string[],
  findError: (invitation: StoredInvitation) => ApiError | null,
  options: SelectionOptions = {},
): Promise<readonly Selection[]> {
  const locked = await lockInvitations(tx, actor.organizationId, invitationIds);
  return selectLocked(actor, invitationIds, locked, findError, options);
}

/** The same for invitations that are locked already. */
export function selectLocked(
  actor: Actor,
  invitationIds: readonly string[],
  locked: LockedInvitations,
  findError: (invitation: StoredInvitation) => ApiError | null,
  { joinedBefore = null }: SelectionOptions = {},
): readonly Selection[] {
  const byId = new Map(locked.invitations.map((invitation) => [invitation.id, invitation]));
  const roles = compileRoles(actor.catalogue, locked.roles);
  return [...new Set(invitationIds)].map((invitationId): Selection => {
    const invitation = byId.get(invitationId);
    if (invitation === undefined) return { invitationId, invitation: null, error: notFound() };
    return {
      invitationId,
      invitation,
      error: findError(invitation) ?? checkPermissions(actor, invitation, roles, joinedBefore),
    };
  });
}

/** Rejects further invitations, with rules that need the whole selection. */
export function rejectWhere(
  selections: readonly Selection[],
  findError: (invitation: StoredInvitation) => ApiError | null,
): readonly Selection[] {
  return selections.map((selection) =>
    selection.error === null ? { ...selection, error: findError(selection.invitation) } : selection,
  );
}

/** The invitations that were not rejected. */
export function listSelected(selections: readonly Selection[]): readonly StoredInvitation[] {
  return selections.flatMap((selection) => (selection.error === null ? [selection.invitation] : []));
}

/** Replaces the selected invitations by their changed versions. */
export function withUpdated(
  selections: readonly Selection[],
  changed: readonly StoredInvitation[],
): readonly Selection[] {
  const byId = new Map(changed.map((invitation) => [invitation.id, invitation]));
  return selections.map((selection) =>
    selection.error === null
      ? { ...selection, invitation: byId.get(selection.invitationId) ?? selection.invitation }
      : selection,
  );
}

/** The invitation of a selection of one. @throws ApiError its error */
export function requireSingle([selection]: readonly Selection[]): StoredInvitation {
  if (selection === undefined) throw notFound();
  if (selection.error !== null) throw selection.error;
  return selection.invitation;
}

/** The selections in the API response. */
export function viewSelections(
  selections: readonly Selection[],
  view: Parameters<typeof viewInvitation>[1],
): SeveralResults {
  return {
    results: selections.map(({ invitationId, invitation, error }) => ({
      invitationId,
      status: error === null ? "done" : "refused",
      ...(invitation === null ? {} : { invitation: viewInvitation(invitation, view) }),
      ...(error === null ? {} : { code: error.code, detail: error.details.detail }),
    })),
  };
}

function checkPermissions(
  actor: Giver,
  invitation: StoredInvitation,
  roles: ReadonlyMap<string, CompiledRole>,
  joinedBefore: SelectionOptions["joinedBefore"],
): ApiError | null {
  for (const offered of invitation.roles) {
    const role = roles.get(offered.id);
    if (role === undefined) continue;
    const what = `The role ${role.name}, which this invitation offers,`;
    const { permissions } = role;
    const ceiling = mayGive(actor.permissions, permissions);
    if (!ceiling.allowed) return grantCeilingExceeded(what, ceiling.missing);
    if (joinedBefore == null) continue;
    const expiresAt = computeRoleEnd(offered, joinedBefore(invitation));
    const error = findGrantError(actor, { what, permissions, expiresAt });
    if (error !== null) return error;
  }
  return null;
}
