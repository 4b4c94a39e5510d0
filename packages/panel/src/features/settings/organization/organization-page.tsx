import type { OrganizationView } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ProblemNotice, ProblemState } from "../../../lib/api/problem-text.tsx";
import { ApiProblem } from "../../../lib/api/request.ts";
import { useApi, useApiKey, useApiQuery } from "../../../lib/api/use-api.tsx";
import { FormSaveBar } from "../../../lib/form-save-bar.tsx";
import { usePageTitle } from "../../../lib/navigation/page-change.ts";
import { useUnsavedGuard } from "../../../lib/navigation/use-unsaved-guard.tsx";
import { meQuery, RequirePermission, useCan, useOrganization } from "../../../lib/session/session.tsx";
import { useShortcut } from "../../../lib/shortcuts/shortcuts.tsx";
import { useStatusMessage } from "../../../lib/status-message.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { TextField } from "../../../ui/forms/field.tsx";
import { Select } from "../../../ui/forms/select.tsx";
import { Section } from "../../../ui/layout/page.tsx";
import { CopyField } from "../copy-field.tsx";
import { FormSkeleton } from "../form-skeleton.tsx";
import { SettingsFrame } from "../settings-frame.tsx";
import styles from "./organization.module.css";
import { SettingsConflictNote } from "./settings-conflict-note.tsx";
import {
  createDraft,
  getChanges,
  isChanged,
  isReadable,
  languageNames,
  listAddedPanels,
  parseDomains,
  parsePanels,
  rebase,
  type SettingsDraft,
  type SettingsForm,
} from "./settings-draft.ts";

/** The organization's name, language and invitation settings. */
export function OrganizationSettingsPage() {
  const { t } = useLingui();
  usePageTitle(t`Settings`);
  return (
    <RequirePermission permission="organization:view" name={t`View settings`}>
      <SettingsFrame>
        <Section title={<Trans>Organization</Trans>}>
          <LoadedForm />
          <OrganizationId />
        </Section>
      </SettingsFrame>
    </RequirePermission>
  );
}

function OrganizationId() {
  const { t } = useLingui();
  const { id } = useOrganization();
  return (
    <div className={styles["id"]}>
      <CopyField
        label={t`Organization ID`}
        value={id}
        hint={t`For requests to the API. Programs that use the SDK read it from their API key.`}
      />
    </div>
  );
}

function LoadedForm() {
  const query = useApiQuery("GET /organizations/:organizationId", {});
  if (query.data !== undefined) return <OrganizationForm seen={query.data} />;
  if (query.error !== null) return <ProblemState error={query.error} onRetry={() => query.refetch()} />;
  return <FormSkeleton />;
}

const route = "GET /organizations/:organizationId";
const dayChoices = [1, 2, 3, 5, 7, 10, 14, 21, 30];

interface VersionedOrganization {
  readonly body: OrganizationView;
  readonly etag: string;
}

const formId = "organization-form";

/** The form, saved as a whole with the version that was loaded. */
function OrganizationForm({ seen }: { readonly seen: VersionedOrganization }) {
  const { t } = useLingui();
  const mayEdit = useCan("organization:edit");
  const [draft, setDraft] = useSettingsDraft(seen);
  const saving = useSave(draft, setDraft);
  const hasChanges = isChanged(draft);
  const guard = useUnsavedGuard(hasChanges);
  const { form } = draft;
  const { isOwner } = useOrganization();
  const forOwners = isOwner ? [] : listAddedPanels(draft);
  const isComplete = isReadable(form) && form.name.trim() !== "" && forOwners.length === 0;
  const save = () => {
    if (hasChanges && isComplete) saving.mutate();
    else if (hasChanges) document.querySelector<HTMLElement>(`.${styles["form"]} [aria-invalid]`)?.focus();
  };
  useShortcut({ keys: "mod+s", label: t`Save settings` }, hasChanges ? save : null);
  const change = (part: Partial<SettingsForm>) => setDraft({ ...draft, form: { ...form, ...part } });
  return (
    <form
      id={formId}
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
        hint={t`Shown in the panel and in e-mails.`}
        onChange={(event) => change({ name: event.target.value })}
        {...(form.name.trim() === "" ? { error: t`Enter the organization’s name.` } : {})}
      />
      {mayEdit ? <ChoiceFields form={form} onChange={change} /> : null}
      <ListFields form={form} mayEdit={mayEdit} forOwners={forOwners} onChange={change} />
      {mayEdit ? <DefaultPanelField form={form} onChange={change} /> : null}
      {mayEdit && !isOwner && forOwners.length === 0 ? (
        <InlineNotice tone="locked">
          <Trans>Only an owner can add panel addresses. You can remove them.</Trans>
        </InlineNotice>
      ) : null}
      <SettingsConflictNote theirs={draft.theirs} form={form} onUseTheirs={change} />
      <ProblemNotice error={draft.theirs !== null && isStale(saving.error) ? null : saving.error} />
      {mayEdit ? null : (
        <InlineNotice tone="locked">
          <Trans>You don’t have permission to change the settings.</Trans>
        </InlineNotice>
      )}
      {hasChanges ? (
        <FormSaveBar
          form={formId}
          isPending={saving.isPending}
          onDiscard={() => setDraft(createDraft(seen.body, seen.etag))}
        >
          <Trans>Save settings</Trans>
        </FormSaveBar>
      ) : null}
      {guard}
    </form>
  );
}

interface ChoicesProps {
  readonly form: SettingsForm;
  readonly onChange: (part: Partial<SettingsForm>) => void;
}

function ChoiceFields({ form, onChange }: ChoicesProps) {
  const { t } = useLingui();
  const days = [...new Set([...dayChoices, Number(form.days)])].sort((one, other) => one - other);
  return (
    <div className={styles["short"]}>
      <Select
        label={t`E-mail language`}
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

/** Which of several panels people open after joining. */
function DefaultPanelField({ form, onChange }: ChoicesProps) {
  const { t } = useLingui();
  const panels = [...new Set(parsePanels(form.panels).values)];
  if (panels.length < 2) return null;
  return (
    <Select
      label={t`Panel that people open after joining`}
      value={panels.includes(form.defaultPanel) ? form.defaultPanel : (panels.toSorted()[0] ?? null)}
      choices={panels.map((origin) => ({ value: origin, text: new URL(origin).host }))}
      onChange={(defaultPanel) => onChange({ defaultPanel })}
    />
  );
}

interface ListsProps extends ChoicesProps {
  readonly mayEdit: boolean;
  /** Entered panel addresses that only an owner can add. */
  readonly forOwners: readonly string[];
}

/** The list fields. */
function ListFields({ form, mayEdit, forOwners, onChange }: ListsProps) {
  const { t, i18n } = useLingui();
  const list = new Intl.ListFormat(i18n.locale);
  const noDomains = list.format(parseDomains(form.domains).wrong);
  const noPanels = list.format(parsePanels(form.panels).wrong);
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
        hint={t`For example lodos.example, lodos.com.tr. Only addresses in these domains can be invited and can accept; leave empty to allow any.`}
        onChange={(event) => onChange({ domains: event.target.value })}
        {...(noDomains === "" ? {} : { error: t`Not a domain: ${noDomains}. Write it like example.com.` })}
      />
      <TextField
        {...asTyped}
        label={t`Panel addresses`}
        value={form.panels}
        inputMode="url"
        hint={t`For example https://panel.lodos.example. People sign in to these panels with Gatehouse; removing one signs everyone out there.`}
        onChange={(event) => onChange({ panels: event.target.value })}
        {...(noPanels === ""
          ? ownersPanels === ""
            ? {}
            : {
                error: t`Only an owner can add ${ownersPanels}. Ask an owner, or remove it here to save the rest.`,
              }
          : { error: t`Not a panel address: ${noPanels}. Write it like https://panel.example.com.` })}
      />
    </>
  );
}

function isStale(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 412;
}

function useSettingsDraft(
  seen: VersionedOrganization,
): readonly [SettingsDraft, (draft: SettingsDraft) => void] {
  const [draft, setDraft] = useState(() => createDraft(seen.body, seen.etag));
  if (draft.version === seen.etag) return [draft, setDraft];
  const next = isChanged(draft) ? rebase(draft, seen.body, seen.etag) : createDraft(seen.body, seen.etag);
  setDraft(next);
  return [next, setDraft];
}

function useSave(draft: SettingsDraft, setDraft: (draft: SettingsDraft) => void) {
  const { t } = useLingui();
  const api = useApi();
  const key = useApiKey();
  const client = useQueryClient();
  const say = useStatusMessage();
  return useMutation({
    mutationFn: () =>
      api.versioned("PATCH /organizations/:organizationId", {
        body: getChanges(draft),
        ifMatch: draft.version,
      }),
    onSuccess(saved) {
      if (!("name" in saved.body)) return; // a preview, which wasn't asked for
      setDraft(createDraft(saved.body, saved.etag));
      client.setQueryData(key(route, {}), saved);
      // The shell shows the name, too.
      void client.invalidateQueries({ queryKey: meQuery.queryKey });
      void client.invalidateQueries({ queryKey: key("GET /organizations/:organizationId/audit-events") });
      say({ tone: "good", text: t`The settings are saved` });
    },
    async onError(error) {
      if (isStale(error)) await client.invalidateQueries({ queryKey: key(route) });
    },
  });
}
