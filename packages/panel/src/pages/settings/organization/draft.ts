/** The organization's settings while they are edited. Pure. */
import {
  displayDomain,
  type OrganizationView,
  parseEmailDomain,
  parsePanelOrigin,
} from "@gatehouse/sdk/contract";

/** What can be edited. */
type Settings = Pick<
  OrganizationView,
  "name" | "language" | "invitationExpiresInDays" | "allowedEmailDomains" | "panelOrigins"
>;

/** The form: every field as it is typed or chosen. */
export interface SettingsForm {
  readonly name: string;
  readonly language: Settings["language"];
  readonly days: string;
  /** As typed: domains between commas, spaces or lines. */
  readonly domains: string;
  /** As typed: addresses of panels, likewise. */
  readonly panels: string;
}

/** A form, the version that it stands on, and what somebody else changed below it. */
export interface SettingsDraft {
  readonly version: string;
  readonly saved: SettingsForm;
  readonly form: SettingsForm;
  /** What somebody else changed meanwhile, with their values. */
  readonly theirs: Partial<SettingsForm> | null;
}

const fields = ["name", "language", "days", "domains", "panels"] as const;

/** The settings as the form shows them. */
function formOf(settings: Settings): SettingsForm {
  return {
    name: settings.name,
    language: settings.language,
    days: String(settings.invitationExpiresInDays),
    domains: settings.allowedEmailDomains.map(displayDomain).join(", "),
    panels: settings.panelOrigins.join(", "),
  };
}

/** A draft without changes. */
export function draftOf(settings: Settings, version: string): SettingsDraft {
  const form = formOf(settings);
  return { version, saved: form, form, theirs: null };
}

/** A list as it was typed: what could be read, and what couldn't. */
interface TypedList {
  readonly values: readonly string[];
  readonly wrong: readonly string[];
}

/** The domains that were typed, and those that are none. */
export function readDomains(text: string): TypedList {
  return readList(text, parseEmailDomain);
}

/** The addresses of panels that were typed, and those that can't be one. */
export function readPanels(text: string): TypedList {
  return readList(text, parsePanelOrigin);
}

function readList(text: string, parse: (part: string) => string | null): TypedList {
  const typed = text.split(/[\s,;]+/u).filter((part) => part !== "");
  return {
    values: typed.flatMap((part) => parse(part) ?? []),
    wrong: typed.filter((part) => parse(part) === null),
  };
}

/** What saving asks for: only what was changed. */
export function editOf({ saved, form }: SettingsDraft): Partial<Settings> {
  const name = form.name.trim();
  const domains = readDomains(form.domains).values;
  const panels = readPanels(form.panels).values;
  return {
    ...(name === saved.name ? {} : { name }),
    ...(form.language === saved.language ? {} : { language: form.language }),
    ...(form.days === saved.days ? {} : { invitationExpiresInDays: Number(form.days) }),
    ...(domains.join() === readDomains(saved.domains).values.join()
      ? {}
      : { allowedEmailDomains: [...domains] }),
    ...(panels.join() === readPanels(saved.panels).values.join() ? {} : { panelOrigins: [...panels] }),
  };
}

/** Addresses of panels that saving would add. */
export function addedPanels({ saved, form }: SettingsDraft): readonly string[] {
  const listed = readPanels(saved.panels).values;
  return readPanels(form.panels).values.filter((origin) => !listed.includes(origin));
}

/** Whether there is anything to save. */
export function isChanged(draft: SettingsDraft): boolean {
  return Object.keys(editOf(draft)).length > 0 || !isReadable(draft.form);
}

/** Whether everything that was typed into the lists can be read. */
export function isReadable({ domains, panels }: SettingsForm): boolean {
  return readDomains(domains).wrong.length === 0 && readPanels(panels).wrong.length === 0;
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
