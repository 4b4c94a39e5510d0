import type { OrganizationView } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiProblem } from "../../../app/api/problem.ts";
import { useUnsavedGuard } from "../../../app/navigation/use-unsaved-guard.tsx";
import { useProblemText } from "../../../app/problem-text.ts";
import { useApi, useApiKey } from "../../../app/session/api.tsx";
import { meQuery, useCan, useOrganization } from "../../../app/session/session.tsx";
import { modifierName, useShortcut } from "../../../app/shortcuts/shortcuts.tsx";
import { useStatus } from "../../../app/status-strip.tsx";
import { Button } from "../../../ui/button.tsx";
import { TextField } from "../../../ui/field.tsx";
import { Reason } from "../../../ui/reason.tsx";
import { Select } from "../../../ui/select.tsx";
import { ConflictNote } from "./conflict-note.tsx";
import {
  addedPanels,
  draftOf,
  editOf,
  isChanged,
  isReadable,
  readDomains,
  readPanels,
  rebase,
  type SettingsDraft,
  type SettingsForm,
} from "./draft.ts";
import { languageNames } from "./language-names.ts";
import styles from "./organization.module.css";

const route = "GET /organizations/:organizationId";
const usualDays = [1, 2, 3, 5, 7, 10, 14, 21, 30];

interface SeenOrganization {
  readonly body: OrganizationView;
  readonly etag: string;
}

/** The form: saved as a whole, on the version that was seen. */
export function OrganizationForm({ seen }: { readonly seen: SeenOrganization }) {
  const { t } = useLingui();
  const mayEdit = useCan("organization:edit");
  const [draft, setDraft] = useSettingsDraft(seen);
  const saving = useSaving(draft, setDraft);
  const hasChanges = isChanged(draft);
  const guard = useUnsavedGuard(hasChanges);
  const { form } = draft;
  const { isOwner } = useOrganization();
  const forOwners = isOwner ? [] : addedPanels(draft);
  const isComplete = isReadable(form) && form.name.trim() !== "" && forOwners.length === 0;
  const save = () => {
    if (hasChanges && isComplete) saving.mutate();
    else if (hasChanges) document.querySelector<HTMLElement>(`.${styles["form"]} [aria-invalid]`)?.focus();
  };
  useShortcut({ keys: "mod+s", label: t`Save settings` }, hasChanges ? save : null);
  const change = (part: Partial<SettingsForm>) => setDraft({ ...draft, form: { ...form, ...part } });
  return (
    <form
      className={styles["form"]}
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        save();
      }}
    >
      <TextField
        label={t`Name`}
        value={form.name}
        readOnly={!mayEdit}
        maxLength={200}
        autoComplete="organization"
        hint={t`As it stands in the panel and in mails.`}
        onChange={(event) => change({ name: event.target.value })}
        {...(form.name.trim() === "" ? { error: t`Write the organization’s name.` } : {})}
      />
      {mayEdit ? <Choices form={form} onChange={change} /> : null}
      <Lists form={form} mayEdit={mayEdit} forOwners={forOwners} onChange={change} />
      {mayEdit && !isOwner && forOwners.length === 0 ? (
        <Reason tone="locked">
          <Trans>Only an owner adds the address of a panel. You can remove addresses.</Trans>
        </Reason>
      ) : null}
      <ConflictNote theirs={draft.theirs} form={form} onTake={change} />
      <Problem error={saving.error} isTold={draft.theirs !== null} />
      {mayEdit ? (
        hasChanges ? (
          <div className={styles["buttons"]}>
            <Button
              variant="primary"
              type="submit"
              pending={saving.isPending}
              hint={`${modifierName()} S`}
              shortcut="Control+S"
            >
              <Trans>Save settings</Trans>
            </Button>
            <Button variant="quiet" onClick={() => setDraft(draftOf(seen.body, seen.etag))}>
              <Trans>Discard</Trans>
            </Button>
          </div>
        ) : null
      ) : (
        <Reason tone="locked">
          <Trans>You don’t hold the permission to change the settings.</Trans>
        </Reason>
      )}
      {guard}
    </form>
  );
}

interface ChoicesProps {
  readonly form: SettingsForm;
  readonly onChange: (part: Partial<SettingsForm>) => void;
}

function Choices({ form, onChange }: ChoicesProps) {
  const { t } = useLingui();
  const days = [...new Set([...usualDays, Number(form.days)])].sort((one, other) => one - other);
  return (
    <div className={styles["short"]}>
      <Select
        label={t`Language of mails`}
        value={form.language}
        choices={(["en", "tr"] as const).map((value) => ({ value, text: languageNames[value] }))}
        onChange={(language) => onChange({ language })}
      />
      <Select
        label={t`Invitations work for`}
        value={form.days}
        choices={days.map((count) => ({
          value: String(count),
          text: t`${plural(count, { one: "# day", other: "# days" })}`,
        }))}
        onChange={(value) => onChange({ days: value })}
      />
    </div>
  );
}

interface ListsProps extends ChoicesProps {
  readonly mayEdit: boolean;
  /** Addresses of panels that were typed and that only an owner may add. */
  readonly forOwners: readonly string[];
}

/** What is typed as a list, between commas, spaces or lines. */
function Lists({ form, mayEdit, forOwners, onChange }: ListsProps) {
  const { t, i18n } = useLingui();
  const list = new Intl.ListFormat(i18n.locale);
  const noDomains = list.format(readDomains(form.domains).wrong);
  const noPanels = list.format(readPanels(form.panels).wrong);
  const ownersPanels = list.format(forOwners);
  const asTyped = {
    optional: true,
    readOnly: !mayEdit,
    autoComplete: "off",
    autoCapitalize: "none",
    spellCheck: false,
  };
  return (
    <>
      <TextField
        {...asTyped}
        label={t`Allowed e-mail domains`}
        value={form.domains}
        hint={t`For example lodos.example, lodos.com.tr. Only these addresses can be invited and can accept; leave it empty for any.`}
        onChange={(event) => onChange({ domains: event.target.value })}
        {...(noDomains === "" ? {} : { error: t`Not a domain: ${noDomains}. Write it like example.com.` })}
      />
      <TextField
        {...asTyped}
        label={t`Addresses of your panels`}
        value={form.panels}
        inputMode="url"
        hint={t`For example https://panel.lodos.example. People sign in to these panels with Gatehouse; remove one and everybody is signed out there.`}
        onChange={(event) => onChange({ panels: event.target.value })}
        {...(noPanels === ""
          ? ownersPanels === ""
            ? {}
            : {
                error: t`Only an owner can add ${ownersPanels}. Ask one, or remove it here to save the rest.`,
              }
          : { error: t`Not an address of a panel: ${noPanels}. Write it like https://panel.example.com.` })}
      />
    </>
  );
}

function Problem({ error, isTold }: { readonly error: unknown; readonly isTold: boolean }) {
  const problemText = useProblemText();
  if (error === null || (isTold && isStale(error))) return null;
  const { title, text } = problemText(error);
  return (
    <p role="alert">
      <Reason tone="bad">{`${title}. ${text}`}</Reason>
    </p>
  );
}

function isStale(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 412;
}

function useSettingsDraft(seen: SeenOrganization): readonly [SettingsDraft, (draft: SettingsDraft) => void] {
  const [draft, setDraft] = useState(() => draftOf(seen.body, seen.etag));
  if (draft.version === seen.etag) return [draft, setDraft];
  const next = isChanged(draft) ? rebase(draft, seen.body, seen.etag) : draftOf(seen.body, seen.etag);
  setDraft(next);
  return [next, setDraft];
}

function useSaving(draft: SettingsDraft, setDraft: (draft: SettingsDraft) => void) {
  const { t } = useLingui();
  const api = useApi();
  const key = useApiKey();
  const client = useQueryClient();
  const say = useStatus();
  return useMutation({
    mutationFn: () =>
      api.versioned("PATCH /organizations/:organizationId", { body: editOf(draft), ifMatch: draft.version }),
    onSuccess(saved) {
      setDraft(draftOf(saved.body, saved.etag));
      client.setQueryData(key(route, {}), saved);
      // The name stands in the shell as well.
      void client.invalidateQueries({ queryKey: meQuery.queryKey });
      void client.invalidateQueries({ queryKey: key("GET /organizations/:organizationId/audit-events") });
      say({ tone: "good", text: t`The settings are saved` });
    },
    async onError(error) {
      if (isStale(error)) await client.invalidateQueries({ queryKey: key(route) });
    },
  });
}
