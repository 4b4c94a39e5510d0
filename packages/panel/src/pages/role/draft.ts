/** A role that is being edited: what is not saved yet, and carrying it over to a newer version. Pure. */
import type { RoleView } from "@gatehouse/sdk/contract";

/** The part of a role that can be edited. */
type Saved = Pick<RoleView, "name" | "description" | "permissions">;

/** What somebody else saved meanwhile. */
interface RoleConflict {
  readonly granted: readonly string[];
  readonly taken: readonly string[];
  /** Texts that both changed: theirs, next to one's own in the field. */
  readonly texts: Partial<Pick<RoleView, "name" | "description">>;
}

/** A role in the editor, and the version that it stands on. */
export interface RoleDraft {
  readonly version: string;
  readonly saved: Saved;
  readonly name: string;
  readonly description: string;
  readonly chosen: ReadonlySet<string>;
  readonly conflict: RoleConflict | null;
}

/** A draft without changes. */
export function draftOf(role: Saved, version: string): RoleDraft {
  const { name, description, permissions } = role;
  return { version, saved: role, name, description, chosen: new Set(permissions), conflict: null };
}

/** What saving asks for: only what was changed. */
export function editOf({ saved, name, description, chosen }: RoleDraft): Partial<Saved> {
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
  return Object.keys(editOf(draft)).length > 0;
}

/** Puts one's own changes on top of a version that somebody else saved, and says what that version changed. */
export function rebase(draft: RoleDraft, newest: Saved, version: string): RoleDraft {
  const edit = editOf(draft);
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
      taken: [...before].filter((permission) => !theirs.has(permission)),
      texts: Object.fromEntries(changedTexts.map((field) => [field, newest[field]])),
    },
  };
}
