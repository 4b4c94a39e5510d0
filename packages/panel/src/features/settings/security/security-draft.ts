/** The draft of the rules for sign-in and sessions. */
import { type OrganizationSecurity, parseNetwork } from "@gatehouse/sdk/contract";

/** The form values. */
export interface SecurityForm extends Omit<OrganizationSecurity, "allowedNetworks"> {
  /** Networks as entered, separated by commas, spaces or line breaks. */
  readonly networks: string;
}

/** A rule of the form. */
export type SecurityField = keyof SecurityForm;

/** A form, the version that it is based on, and the fields that another user changed. */
export interface SecurityDraft {
  readonly version: string;
  readonly saved: SecurityForm;
  readonly form: SecurityForm;
  readonly theirs: readonly SecurityField[];
}

const fields = [
  "requireTwoFactor",
  "twoFactorGraceDays",
  "sessionIdleMinutes",
  "sessionMaxDays",
  "passwordMaxAgeDays",
  "networks",
] as const satisfies readonly SecurityField[];

/** A draft without changes. */
export function createDraft(security: OrganizationSecurity, version: string): SecurityDraft {
  const { allowedNetworks, ...rest } = security;
  const form = { ...rest, networks: allowedNetworks.join(", ") };
  return { version, saved: form, form, theirs: [] };
}

/** Parses networks: valid ones, and the parts that are none. */
export function parseNetworks(text: string): {
  readonly values: readonly string[];
  readonly wrong: readonly string[];
} {
  const typed = text.split(/[\s,;]+/u).filter((part) => part !== "");
  return {
    values: [...new Set(typed.flatMap((part) => parseNetwork(part) ?? []))].sort(),
    wrong: typed.filter((part) => parseNetwork(part) === null),
  };
}

const getValue = (form: SecurityForm, field: SecurityField): string =>
  field === "networks" ? parseNetworks(form.networks).values.join(", ") : String(form[field]);

/** The fields that differ from the saved ones. */
export function listChanges({ saved, form }: SecurityDraft): readonly SecurityField[] {
  return fields.filter((field) => getValue(saved, field) !== getValue(form, field));
}

/** Whether there is anything to save. */
export function isChanged(draft: SecurityDraft): boolean {
  return listChanges(draft).length > 0 || parseNetworks(draft.form.networks).wrong.length > 0;
}

/** The request body: only the changed rules. */
export function toEdit(draft: SecurityDraft): Partial<OrganizationSecurity> {
  const { networks, ...rest } = draft.form;
  const body: OrganizationSecurity = { ...rest, allowedNetworks: [...parseNetworks(networks).values] };
  const changed: readonly string[] = listChanges(draft);
  return Object.fromEntries(
    Object.entries(body).filter(([field]) =>
      changed.includes(field === "allowedNetworks" ? "networks" : field),
    ),
  );
}

/** Rebases the draft onto a version that another user saved; fields that both changed keep the draft's value. */
export function rebase(draft: SecurityDraft, newest: OrganizationSecurity, version: string): SecurityDraft {
  const { form: saved } = createDraft(newest, version);
  const own = listChanges(draft);
  return {
    version,
    saved,
    form: { ...saved, ...Object.fromEntries(own.map((field) => [field, draft.form[field]])) },
    theirs: fields.filter((field) => getValue(saved, field) !== getValue(draft.saved, field)),
  };
}
