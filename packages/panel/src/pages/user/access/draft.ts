/** Role changes that are not saved yet: staging them, and carrying them over to a newer version of the user. Pure. */

/** A role by name. */
export interface RoleRef {
  readonly id: string;
  readonly name: string;
}

/** A role that the user holds. */
export interface HeldRole extends RoleRef {
  readonly grantedAt: string;
}

/** What somebody else did meanwhile, and what that did to the draft. */
interface Conflict {
  readonly theyAdded: readonly RoleRef[];
  readonly theyRemoved: readonly RoleRef[];
  /** Staged changes that fell away because they are already so. */
  readonly alreadyAdded: readonly RoleRef[];
  readonly alreadyRemoved: readonly RoleRef[];
  /** Roles that were to be given and exist no longer. */
  readonly gone: readonly RoleRef[];
  /** Roles that were given anew while they stood on the list to be removed: somebody has to choose. */
  readonly contested: readonly RoleRef[];
}

/** Staged changes, and the version of the user that they stand on. */
export interface AccessDraft {
  readonly version: string;
  readonly held: readonly HeldRole[];
  readonly added: readonly RoleRef[];
  readonly removed: readonly RoleRef[];
  readonly conflict: Conflict | null;
}

/** A draft without changes. */
export function emptyDraft(held: readonly HeldRole[], version: string): AccessDraft {
  return { version, held, added: [], removed: [], conflict: null };
}

const noConflict: Conflict = {
  theyAdded: [],
  theyRemoved: [],
  alreadyAdded: [],
  alreadyRemoved: [],
  gone: [],
  contested: [],
};

/** How many changes are staged. */
export function changeCount(draft: AccessDraft): number {
  return draft.added.length + draft.removed.length;
}

/** The whole set of roles that saving asks for. */
export function wantedRoleIds({ held, added, removed }: AccessDraft): string[] {
  const kept = held.filter((role) => !has(removed, role.id));
  return [...kept, ...added].map((role) => role.id);
}

/** Stages a role to be given; one that was about to be removed simply stays. */
export function stageAdded(draft: AccessDraft, role: RoleRef): AccessDraft {
  if (has(draft.held, role.id)) return unstage(draft, role.id);
  if (has(draft.added, role.id)) return draft;
  return { ...draft, added: [...draft.added, { id: role.id, name: role.name }] };
}

/** Stages a held role to be taken away. */
export function stageRemoved(draft: AccessDraft, roleId: string): AccessDraft {
  const role = draft.held.find(({ id }) => id === roleId);
  if (role === undefined || has(draft.removed, roleId)) return draft;
  return { ...draft, removed: [...draft.removed, { id: role.id, name: role.name }] };
}

/** Takes a staged change back. */
export function unstage(draft: AccessDraft, roleId: string): AccessDraft {
  return {
    ...settle(draft, roleId),
    added: without(draft.added, [roleId]),
    removed: without(draft.removed, [roleId]),
  };
}

/** Answers a contested role: the staged removal stands. Use `unstage` for the other answer. */
export function settle(draft: AccessDraft, roleId: string): AccessDraft {
  if (draft.conflict === null) return draft;
  const contested = without(draft.conflict.contested, [roleId]);
  return { ...draft, conflict: { ...draft.conflict, contested } };
}

/** Whether a choice is still open. */
export function isContested(draft: AccessDraft): boolean {
  return draft.conflict !== null && draft.conflict.contested.length > 0;
}

/**
 * Puts the staged changes on top of a newer version. What doesn't touch the same role stays; what is already so falls
 * away; a role that was given anew while it was to be removed is asked about. `isOwn` is for versions that one saved
 * oneself: nothing is reported then.
 */
export function rebase(
  draft: AccessDraft,
  newest: { readonly held: readonly HeldRole[]; readonly version: string; readonly isOwn: boolean },
): AccessDraft {
  const { held, version } = newest;
  const added = draft.added.filter((role) => !has(held, role.id));
  const removed = draft.removed.filter((role) => has(held, role.id));
  const next = { version, held, added, removed };
  if (changeCount(draft) === 0 || newest.isOwn) return { ...next, conflict: draft.conflict };
  const conflict: Conflict = {
    ...noConflict,
    theyAdded: held.filter((role) => !has(draft.held, role.id)),
    theyRemoved: draft.held.filter((role) => !has(held, role.id)),
    alreadyAdded: draft.added.filter((role) => has(held, role.id)),
    alreadyRemoved: draft.removed.filter((role) => !has(held, role.id)),
    contested: removed.filter(
      ({ id }) => isGivenAnew(id, draft.held, held) || has(draft.conflict?.contested ?? [], id),
    ),
  };
  return { ...next, conflict: isSilent(conflict) ? draft.conflict : conflict };
}

/** Takes roles that were deleted meanwhile out of what is to be given, and says so. */
export function dropGone(draft: AccessDraft, roleIds: ReadonlySet<string>): AccessDraft {
  const gone = draft.added.filter((role) => !roleIds.has(role.id));
  if (gone.length === 0) return draft;
  const before = draft.conflict ?? noConflict;
  return {
    ...draft,
    added: without(
      draft.added,
      gone.map(({ id }) => id),
    ),
    conflict: { ...before, gone: [...before.gone, ...gone] },
  };
}

function isGivenAnew(roleId: string, before: readonly HeldRole[], after: readonly HeldRole[]): boolean {
  const grantedAt = (roles: readonly HeldRole[]) => roles.find(({ id }) => id === roleId)?.grantedAt;
  return grantedAt(before) !== grantedAt(after);
}

function isSilent({ theyAdded, theyRemoved, contested }: Conflict): boolean {
  return theyAdded.length + theyRemoved.length + contested.length === 0;
}

function has(roles: readonly RoleRef[], roleId: string): boolean {
  return roles.some(({ id }) => id === roleId);
}

function without<R extends RoleRef>(roles: readonly R[], roleIds: readonly string[]): readonly R[] {
  return roles.filter(({ id }) => !roleIds.includes(id));
}
