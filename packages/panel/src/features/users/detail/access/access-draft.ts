/** The draft of a user's roles: staging changes, and rebasing them onto a newer version of the user. */

/** A role by name. */
export interface RoleRef {
  readonly id: string;
  readonly name: string;
}

/** A role with the end of its grant; null for no end. */
export interface RoleUntil extends RoleRef {
  readonly expiresAt: string | null;
}

/** A role that the user has. */
interface HeldRole extends RoleRef {
  readonly grantedAt: string;
  readonly expiresAt?: string | undefined;
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
  /** Roles that were granted again while their removal or another end was staged: the user has to choose. */
  readonly contested: readonly RoleRef[];
}

/** Staged changes and the version of the user that they are based on. */
export interface AccessDraft {
  readonly version: string;
  readonly held: readonly HeldRole[];
  readonly added: readonly RoleUntil[];
  /** Roles that the user keeps, with another end. */
  readonly moved: readonly RoleUntil[];
  readonly removed: readonly RoleRef[];
  readonly conflict: Conflict | null;
}

/** A draft without changes. */
export function emptyDraft(held: readonly HeldRole[], version: string): AccessDraft {
  return { version, held, added: [], moved: [], removed: [], conflict: null };
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
  return draft.added.length + draft.moved.length + draft.removed.length;
}

/** All roles with their ends after saving. */
export function listRoles({
  held,
  added,
  moved,
  removed,
}: AccessDraft): { readonly id: string; readonly expiresAt: string | null }[] {
  const kept = held.filter((role) => !has(removed, role.id));
  return [...kept, ...added].map(({ id, expiresAt = null }) => ({
    id,
    expiresAt: (moved.find((role) => role.id === id) ?? { expiresAt }).expiresAt,
  }));
}

/** Whether a role with another end ends later than before. */
export function isExtended({ held }: AccessDraft, { id, expiresAt }: RoleUntil): boolean {
  const before = held.find((role) => role.id === id)?.expiresAt;
  return before !== undefined && (expiresAt === null || expiresAt > before);
}

/** Stages adding a role, or cancels its staged removal. */
export function stageAdded(
  draft: AccessDraft,
  role: RoleRef & { readonly expiresAt?: string | null },
): AccessDraft {
  if (has(draft.held, role.id)) return unstage(draft, role.id);
  if (has(draft.added, role.id)) return draft;
  const { id, name, expiresAt = null } = role;
  return { ...draft, added: [...draft.added, { id, name, expiresAt }] };
}

/** Stages another end of a role that the user has or that is staged to be added; null for no end. */
export function stageEnd(draft: AccessDraft, roleId: string, expiresAt: string | null): AccessDraft {
  const added = draft.added.map((role) => (role.id === roleId ? { ...role, expiresAt } : role));
  const held = draft.held.find(({ id }) => id === roleId);
  if (held === undefined || has(draft.removed, roleId)) return { ...draft, added };
  const moved = without(draft.moved, [roleId]);
  const isSame = (held.expiresAt ?? null) === expiresAt;
  const { id, name } = held;
  return { ...draft, moved: isSame ? moved : [...moved, { id, name, expiresAt }] };
}

/** Stages removing a role. */
export function stageRemoved(draft: AccessDraft, roleId: string): AccessDraft {
  const role = draft.held.find(({ id }) => id === roleId);
  if (role === undefined || has(draft.removed, roleId)) return draft;
  return {
    ...draft,
    moved: without(draft.moved, [roleId]),
    removed: [...draft.removed, { id: role.id, name: role.name }],
  };
}

/** Cancels a staged change. */
export function unstage(draft: AccessDraft, roleId: string): AccessDraft {
  return {
    ...confirmRemoval(draft, roleId),
    added: without(draft.added, [roleId]),
    moved: without(draft.moved, [roleId]),
    removed: without(draft.removed, [roleId]),
  };
}

/** Resolves a contested role: the staged change is kept. Use `unstage` to keep it. */
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
 * again, or got another end, while a change of it was staged becomes contested. `isOwn` is true for versions that this page saved; they report no
 * conflict.
 */
export function rebase(
  draft: AccessDraft,
  newest: { readonly held: readonly HeldRole[]; readonly version: string; readonly isOwn: boolean },
): AccessDraft {
  const { held, version } = newest;
  const added = draft.added.filter((role) => !has(held, role.id));
  const removed = draft.removed.filter((role) => has(held, role.id));
  const moved = draft.moved.filter(({ id, expiresAt }) => has(held, id) && !hasEnd(held, id, expiresAt));
  const next = { version, held, added, moved, removed };
  if (countChanges(draft) === 0 || newest.isOwn) return { ...next, conflict: draft.conflict };
  const conflict: Conflict = {
    ...noConflict,
    theyAdded: held.filter((role) => !has(draft.held, role.id)),
    theyRemoved: draft.held.filter((role) => !has(held, role.id)),
    alreadyAdded: draft.added.filter((role) => has(held, role.id)),
    alreadyRemoved: draft.removed.filter((role) => !has(held, role.id)),
    contested: [...removed, ...moved].filter(
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

function hasEnd(roles: readonly HeldRole[], roleId: string, expiresAt: string | null): boolean {
  const role = roles.find(({ id }) => id === roleId);
  return role !== undefined && (role.expiresAt ?? null) === expiresAt;
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
