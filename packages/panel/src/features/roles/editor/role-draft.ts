/** The draft of a role: unsaved changes, and rebasing them onto a newer version. */
import type { RoleView } from "@gatehouse/sdk/contract";

/** The part of a role that can be edited. */
type EditableRole = Pick<RoleView, "name" | "description" | "permissions">;

/** What another user saved in the meantime. */
interface RoleConflict {
  readonly granted: readonly string[];
  readonly removed: readonly string[];
  /** Texts that both users changed, with the other user's value. */
  readonly texts: Partial<Pick<RoleView, "name" | "description">>;
}

/** A role in the editor and the version that it is based on. */
export interface RoleDraft {
  readonly version: string;
  readonly saved: EditableRole;
  readonly name: string;
  readonly description: string;
  readonly chosen: ReadonlySet<string>;
  readonly conflict: RoleConflict | null;
}

/** A draft without changes. */
export function createDraft(role: EditableRole, version: string): RoleDraft {
  const { name, description, permissions } = role;
  return { version, saved: role, name, description, chosen: new Set(permissions), conflict: null };
}

/** The request body: only the changed fields. */
export function getChanges({ saved, name, description, chosen }: RoleDraft): Partial<EditableRole> {
  const before = new Set(saved.permissions);
  const isSame =
    before.size === chosen.size && saved.permissions.every((permission) => chosen.has(permission));
  return {
    ...(name.trim() === saved.name ? {} : { name: name.trim() }),
    ...(description.trim() === saved.description ? {} : { description: description.trim() }),
    ...(isSame ? {} : { permissions: [...chosen] }),
  };
}

/** Whether there is anything to save. */
export function isChanged(draft: RoleDraft): boolean {
  return Object.keys(getChanges(draft)).length > 0;
}

/** Applies the draft's changes to a version that another user saved, and reports what that version changed. */
export function rebase(draft: RoleDraft, newest: EditableRole, version: string): RoleDraft {
  const edit = getChanges(draft);
  const before = new Set(draft.saved.permissions);
  const mine = {
    granted: [...draft.chosen].filter((permission) => !before.has(permission)),
    taken: [...before].filter((permission) => !draft.chosen.has(permission)),
  };
  const theirs = new Set(newest.permissions);
  const kept = newest.permissions.filter((permission) => !mine.taken.includes(permission));
  const changedTexts = (["name", "description"] as const).filter(
    (field) =>
      edit[field] !== undefined && newest[field] !== draft.saved[field] && newest[field] !== edit[field],
  );
  return {
    version,
    saved: newest,
    name: edit.name ?? newest.name,
    description: edit.description ?? newest.description,
    chosen: new Set([...kept, ...mine.granted]),
    conflict: {
      granted: [...theirs].filter((permission) => !before.has(permission)),
      removed: [...before].filter((permission) => !theirs.has(permission)),
      texts: Object.fromEntries(changedTexts.map((field) => [field, newest[field]])),
    },
  };
}
