/** The draft of a role: unsaved changes, and rebasing them onto a newer version. */
import type { RoleView } from "@gatehouse/sdk/contract";
import type { Language } from "../../../lib/language.ts";

/** A text of a role: the default one, or in a language. */
export type RoleTextField = "name" | "description" | `${"name" | "description"}.${Language}`;

/** The texts in a language, in the order of the editor. */
export const translatedFields = ["name.en", "description.en", "name.tr", "description.tr"] as const;

const textFields = ["name", "description", ...translatedFields] as const;

/** All texts of a role; empty where it has none. */
type RoleTexts = Readonly<Record<RoleTextField, string>>;

/** The part of a role that can be edited. */
interface EditableRole {
  readonly texts: RoleTexts;
  readonly permissions: readonly string[];
}

/** What another user saved in the meantime. */
interface RoleConflict {
  readonly granted: readonly string[];
  readonly removed: readonly string[];
  /** Texts that both users changed, with the other user's value. */
  readonly texts: Partial<RoleTexts>;
}

/** A role in the editor and the version that it is based on. */
export interface RoleDraft {
  readonly version: string;
  readonly saved: EditableRole;
  readonly texts: RoleTexts;
  readonly chosen: ReadonlySet<string>;
  readonly conflict: RoleConflict | null;
}

/** What the editor of a role starts with. */
type LoadedRole = Pick<RoleView, "defaultName" | "defaultDescription" | "translations" | "permissions">;

/** The name and description of a role in no language and in all others: never those that are shown to the reader. */
function readRole({ defaultName, defaultDescription, translations, permissions }: LoadedRole): EditableRole {
  const { en, tr } = translations;
  return {
    texts: {
      name: defaultName,
      description: defaultDescription,
      "name.en": en?.name ?? "",
      "description.en": en?.description ?? "",
      "name.tr": tr?.name ?? "",
      "description.tr": tr?.description ?? "",
    },
    permissions,
  };
}

/** A draft without changes. */
export function createDraft(role: LoadedRole, version: string): RoleDraft {
  const saved = readRole(role);
  return { version, saved, texts: saved.texts, chosen: new Set(saved.permissions), conflict: null };
}

/** The request body with every text; an empty one in a language is left out. */
export function toRequestBody({ texts, chosen }: Pick<RoleDraft, "texts" | "chosen">) {
  const read = (field: RoleTextField) => texts[field].trim();
  const toTexts = (language: Language) => ({
    ...(read(`name.${language}`) === "" ? {} : { name: read(`name.${language}`) }),
    ...(read(`description.${language}`) === "" ? {} : { description: read(`description.${language}`) }),
  });
  const languages = (["en", "tr"] as const).map((language) => [language, toTexts(language)] as const);
  return {
    name: read("name"),
    description: read("description"),
    translations: Object.fromEntries(languages.filter(([, texts]) => Object.keys(texts).length > 0)) as {
      readonly [L in Language]?: ReturnType<typeof toTexts>;
    },
    permissions: [...chosen],
  };
}

/** The texts that differ from the saved ones. */
export function listChangedTexts({ saved, texts }: RoleDraft): readonly RoleTextField[] {
  return textFields.filter((field) => texts[field].trim() !== saved.texts[field]);
}

/** The request body: only the changed fields. The translations are one field. */
export function getChanges(draft: RoleDraft): Partial<ReturnType<typeof toRequestBody>> {
  const { saved, chosen } = draft;
  const body = toRequestBody(draft);
  const changed = new Set(listChangedTexts(draft));
  const before = new Set(saved.permissions);
  const isSame =
    before.size === chosen.size && saved.permissions.every((permission) => chosen.has(permission));
  return {
    ...(changed.has("name") ? { name: body.name } : {}),
    ...(changed.has("description") ? { description: body.description } : {}),
    ...(translatedFields.some((field) => changed.has(field)) ? { translations: body.translations } : {}),
    ...(isSame ? {} : { permissions: body.permissions }),
  };
}

/** Whether there is anything to save. */
export function isChanged(draft: RoleDraft): boolean {
  return Object.keys(getChanges(draft)).length > 0;
}

/** Applies the draft's changes to a version that another user saved, and reports what that version changed. */
export function rebase(draft: RoleDraft, role: LoadedRole, version: string): RoleDraft {
  const newest = readRole(role);
  const changed = listChangedTexts(draft);
  const mine = Object.fromEntries(changed.map((field) => [field, draft.texts[field].trim()]));
  const before = new Set(draft.saved.permissions);
  const granted = [...draft.chosen].filter((permission) => !before.has(permission));
  const taken = [...before].filter((permission) => !draft.chosen.has(permission));
  const theirs = new Set(newest.permissions);
  const kept = newest.permissions.filter((permission) => !taken.includes(permission));
  const conflicting = changed.filter(
    (field) => newest.texts[field] !== draft.saved.texts[field] && newest.texts[field] !== mine[field],
  );
  return {
    version,
    saved: newest,
    texts: { ...newest.texts, ...mine },
    chosen: new Set([...kept, ...granted]),
    conflict: {
      granted: [...theirs].filter((permission) => !before.has(permission)),
      removed: [...before].filter((permission) => !theirs.has(permission)),
      texts: Object.fromEntries(conflicting.map((field) => [field, newest.texts[field]])),
    },
  };
}
