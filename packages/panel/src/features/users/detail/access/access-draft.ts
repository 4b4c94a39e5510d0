/** The draft of a user's roles: staging changes, and rebasing them onto a newer version of the user. */

/** A role by name. */
export interface RoleRef {
  readonly id: string;
  readonly name: string;
}

/** A role that the user has. */
interface HeldRole extends RoleRef {
  readonly grantedAt: string;
}

/** What another user changed in the meantime, and the effect on the draft. */
interface Conflict {
  readonly theyAdded: readonly RoleRef[];
  readonly theyRemoved: readonly RoleRef[];
  /** Staged changes that are already applied. */
  readonly alreadyAdded: readonly RoleRef[];
  readonly alreadyRemoved: readonly RoleRef[];
  /** Roles that were staged to be added and were deleted. */
  readonly deleted: readonly RoleRef[];
  /** Roles that were granted again while their removal was staged: the user has to choose. */
  readonly contested: readonly RoleRef[];
}

/** Staged changes and the version of the user that they are based on. */
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
  deleted: [],
  contested: [],
};

/** How many changes are staged. */
export function countChanges(draft: AccessDraft): number {
  return draft.added.length + draft.removed.length;
}

/** The ids of all roles after saving. */
export function listRoleIds({ held, added, removed }: AccessDraft): string[] {
  const kept = held.filter((role) => !has(removed, role.id));
  return [...kept, ...added].map((role) => role.id);
}

/** Stages adding a role, or cancels its staged removal. */
export function stageAdded(draft: AccessDraft, role: RoleRef): AccessDraft {
  if (has(draft.held, role.id)) return unstage(draft, role.id);
  if (has(draft.added, role.id)) return draft;
  return { ...draft, added: [...draft.added, { id: role.id, name: role.name }] };
}

/** Stages removing a role. */
export function stageRemoved(draft: AccessDraft, roleId: string): AccessDraft {
  const role = draft.held.find(({ id }) => id === roleId);
  if (role === undefined || has(draft.removed, roleId)) return draft;
  return { ...draft, removed: [...draft.removed, { id: role.id, name: role.name }] };
}

/** Cancels a staged change. */
export function unstage(draft: AccessDraft, roleId: string): AccessDraft {
  return {
    ...confirmRemoval(draft, roleId),
    added: without(draft.added, [roleId]),
    removed: without(draft.removed, [roleId]),
  };
}

/** Resolves a contested role: it is removed. Use `unstage` to keep it. */
export function confirmRemoval(draft: AccessDraft, roleId: string): AccessDraft {
  if (draft.conflict === null) return draft;
  const contested = without(draft.conflict.contested, [roleId]);
  return { ...draft, conflict: { ...draft.conflict, contested } };
}

/** Whether a contested role is unresolved. */
export function isContested(draft: AccessDraft): boolean {
  return draft.conflict !== null && draft.conflict.contested.length > 0;
}

/**
 * Rebases the staged changes onto a newer version. Changes that are already applied are dropped; a role that was granted
 * again while its removal was staged becomes contested. `isOwn` is true for versions that this page saved; they report no
 * conflict.
 */
export function rebase(
  draft: AccessDraft,
  newest: { readonly held: readonly HeldRole[]; readonly version: string; readonly isOwn: boolean },
): AccessDraft {
  const { held, version } = newest;
  const added = draft.added.filter((role) => !has(held, role.id));
  const removed = draft.removed.filter((role) => has(held, role.id));
  const next = { version, held, added, removed };
  if (countChanges(draft) === 0 || newest.isOwn) return { ...next, conflict: draft.conflict };
  const conflict: Conflict = {
    ...noConflict,
    theyAdded: held.filter((role) => !has(draft.held, role.id)),
    theyRemoved: draft.held.filter((role) => !has(held, role.id)),
    alreadyAdded: draft.added.filter((role) => has(held, role.id)),
    alreadyRemoved: draft.removed.filter((role) => !has(held, role.id)),
    contested: removed.filter(
      ({ id }) => isGrantedAgain(id, draft.held, held) || has(draft.conflict?.contested ?? [], id),
    ),
  };
  return { ...next, conflict: isEmptyConflict(conflict) ? draft.conflict : conflict };
}

/** Drops staged additions of roles that were deleted, and reports them. */
export function dropDeletedRoles(draft: AccessDraft, roleIds: ReadonlySet<string>): AccessDraft {
  const gone = draft.added.filter((role) => !roleIds.has(role.id));
  if (gone.length === 0) return draft;
  const before = draft.conflict ?? noConflict;
  return {
    ...draft,
    added: without(
      draft.added,
      gone.map(({ id }) => id),
    ),
    conflict: { ...before, deleted: [...before.deleted, ...gone] },
  };
}

function isGrantedAgain(roleId: string, before: readonly HeldRole[], after: readonly HeldRole[]): boolean {
  const grantedAt = (roles: readonly HeldRole[]) => roles.find(({ id }) => id === roleId)?.grantedAt;
  return grantedAt(before) !== grantedAt(after);
}

function isEmptyConflict({ theyAdded, theyRemoved, contested }: Conflict): boolean {
  return theyAdded.length + theyRemoved.length + contested.length === 0;
}

function has(roles: readonly RoleRef[], roleId: string): boolean {
  return roles.some(({ id }) => id === roleId);
}

function without<R extends RoleRef>(roles: readonly R[], roleIds: readonly string[]): readonly R[] {
  return roles.filter(({ id }) => !roleIds.includes(id));
}
