/** The organization's settings while they are edited. Pure. */
import { type OrganizationView, parseEmailDomain } from "@gatehouse/sdk/contract";

/** What can be edited. */
type Settings = Pick<
  OrganizationView,
  "name" | "language" | "invitationExpiresInDays" | "allowedEmailDomains"
>;

/** The form: every field as it is typed or chosen. */
export interface SettingsForm {
  readonly name: string;
  readonly language: Settings["language"];
  readonly days: string;
  /** As typed: domains between commas, spaces or lines. */
  readonly domains: string;
}

/** A form, the version that it stands on, and what somebody else changed below it. */
export interface SettingsDraft {
  readonly version: string;
  readonly saved: SettingsForm;
  readonly form: SettingsForm;
  /** What somebody else changed meanwhile, with their values. */
  readonly theirs: Partial<SettingsForm> | null;
}

const fields = ["name", "language", "days", "domains"] as const;

/** The settings as the form shows them. */
function formOf(settings: Settings): SettingsForm {
  return {
    name: settings.name,
    language: settings.language,
    days: String(settings.invitationExpiresInDays),
    domains: settings.allowedEmailDomains.join(", "),
  };
}

/** A draft without changes. */
export function draftOf(settings: Settings, version: string): SettingsDraft {
  const form = formOf(settings);
  return { version, saved: form, form, theirs: null };
}

/** The domains that were typed, and those that are none. */
export function readDomains(text: string): {
  readonly domains: readonly string[];
  readonly wrong: readonly string[];
} {
  const typed = text.split(/[\s,;]+/u).filter((part) => part !== "");
  return {
    domains: typed.flatMap((part) => parseEmailDomain(part) ?? []),
    wrong: typed.filter((part) => parseEmailDomain(part) === null),
  };
}

/** What saving asks for: only what was changed. */
export function editOf({ saved, form }: SettingsDraft): Partial<Settings> {
  const name = form.name.trim();
  const domains = readDomains(form.domains).domains;
  return {
    ...(name === saved.name ? {} : { name }),
    ...(form.language === saved.language ? {} : { language: form.language }),
    ...(form.days === saved.days ? {} : { invitationExpiresInDays: Number(form.days) }),
    ...(domains.join() === readDomains(saved.domains).domains.join()
      ? {}
      : { allowedEmailDomains: [...domains] }),
  };
}

/** Whether there is anything to save. */
export function isChanged(draft: SettingsDraft): boolean {
  return Object.keys(editOf(draft)).length > 0 || readDomains(draft.form.domains).wrong.length > 0;
}

/** Puts one's own changes on top of what somebody else saved; fields that both changed keep one's own, theirs beside. */
export function rebase(draft: SettingsDraft, newest: Settings, version: string): SettingsDraft {
  const saved = formOf(newest);
  const isMine = (field: (typeof fields)[number]) => draft.form[field] !== draft.saved[field];
  const form = Object.fromEntries(
    fields.map((field) => [field, isMine(field) ? draft.form[field] : saved[field]]),
  ) as unknown as SettingsForm;
  const changed = fields.filter((field) => saved[field] !== draft.saved[field]);
  return {
    version,
    saved,
    form,
    theirs: Object.fromEntries(changed.map((field) => [field, saved[field]])),
  };
}
