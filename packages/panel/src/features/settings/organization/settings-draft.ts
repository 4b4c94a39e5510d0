/** The draft of the organization's settings. */
import {
  displayDomain,
  type OrganizationView,
  parseEmailDomain,
  parsePanelOrigin,
} from "@gatehouse/sdk/contract";

/** The editable settings. */
type Settings = Pick<
  OrganizationView,
  | "name"
  | "language"
  | "invitationExpiresInDays"
  | "allowedEmailDomains"
  | "panelOrigins"
  | "defaultPanelOrigin"
>;

/** The form values as entered. */
export interface SettingsForm {
  readonly name: string;
  readonly language: Settings["language"];
  readonly days: string;
  /** Domains as entered, separated by commas, spaces or line breaks. */
  readonly domains: string;
  /** Panel addresses as entered, in the same format. */
  readonly panels: string;
  /** The panel that people open after joining; empty if there is none. */
  readonly defaultPanel: string;
}

/** A form, the version that it is based on, and what another user changed. */
export interface SettingsDraft {
  readonly version: string;
  readonly saved: SettingsForm;
  readonly form: SettingsForm;
  /** Fields that another user changed, with their values. */
  readonly theirs: Partial<SettingsForm> | null;
}

const fields = ["name", "language", "days", "domains", "panels", "defaultPanel"] as const;

/** The form values of the settings. */
function toForm(settings: Settings): SettingsForm {
  return {
    name: settings.name,
    language: settings.language,
    days: String(settings.invitationExpiresInDays),
    domains: settings.allowedEmailDomains.map(displayDomain).join(", "),
    panels: settings.panelOrigins.join(", "),
    defaultPanel: settings.defaultPanelOrigin ?? "",
  };
}

/** A draft without changes. */
export function createDraft(settings: Settings, version: string): SettingsDraft {
  const form = toForm(settings);
  return { version, saved: form, form, theirs: null };
}

/** A parsed list: valid values and invalid parts. */
interface TypedList {
  readonly values: readonly string[];
  readonly wrong: readonly string[];
}

/** Parses domains. */
export function parseDomains(text: string): TypedList {
  return parseList(text, parseEmailDomain);
}

/** Parses panel addresses. */
export function parsePanels(text: string): TypedList {
  return parseList(text, parsePanelOrigin);
}

function parseList(text: string, parse: (part: string) => string | null): TypedList {
  const typed = text.split(/[\s,;]+/u).filter((part) => part !== "");
  return {
    values: typed.flatMap((part) => parse(part) ?? []),
    wrong: typed.filter((part) => parse(part) === null),
  };
}

/** The request body: only the changed fields. */
export function getChanges({ saved, form }: SettingsDraft): Partial<Settings> {
  const name = form.name.trim();
  const domains = parseDomains(form.domains).values;
  const panels = parsePanels(form.panels).values;
  return {
    ...(name === saved.name ? {} : { name }),
    ...(form.language === saved.language ? {} : { language: form.language }),
    ...(form.days === saved.days ? {} : { invitationExpiresInDays: Number(form.days) }),
    ...(domains.join() === parseDomains(saved.domains).values.join()
      ? {}
      : { allowedEmailDomains: [...domains] }),
    ...(panels.join() === parsePanels(saved.panels).values.join() ? {} : { panelOrigins: [...panels] }),
    ...(form.defaultPanel === saved.defaultPanel || !panels.includes(form.defaultPanel)
      ? {}
      : { defaultPanelOrigin: form.defaultPanel }),
  };
}

/** Panel addresses that saving would add. */
export function listAddedPanels({ saved, form }: SettingsDraft): readonly string[] {
  const listed = parsePanels(saved.panels).values;
  return parsePanels(form.panels).values.filter((origin) => !listed.includes(origin));
}

/** Whether there is anything to save. */
export function isChanged(draft: SettingsDraft): boolean {
  return Object.keys(getChanges(draft)).length > 0 || !isReadable(draft.form);
}

/** Whether the lists have no invalid parts. */
export function isReadable({ domains, panels }: SettingsForm): boolean {
  return parseDomains(domains).wrong.length === 0 && parsePanels(panels).wrong.length === 0;
}

/** Rebases the draft onto a version that another user saved; fields that both changed keep the draft's value. */
export function rebase(draft: SettingsDraft, newest: Settings, version: string): SettingsDraft {
  const saved = toForm(newest);
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

/** Names of the languages, each in its own language. */
export const languageNames: Readonly<Record<OrganizationView["language"], string>> = {
  en: "English",
  tr: "Türkçe",
};
