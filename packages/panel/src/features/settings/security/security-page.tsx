/** The rules for sign-in and sessions: the page in the settings. */
import type { OrganizationSecurity } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { ProblemState } from "../../../lib/api/problem-text.tsx";
import { useApiQuery } from "../../../lib/api/use-api.tsx";
import { ConflictField, ConflictNote } from "../../../lib/edit-conflict.tsx";
import { FormSaveBar } from "../../../lib/form-save-bar.tsx";
import { usePageTitle } from "../../../lib/navigation/page-change.ts";
import { useUnsavedGuard } from "../../../lib/navigation/use-unsaved-guard.tsx";
import { RequirePermission, useCan, useOrganization } from "../../../lib/session/session.tsx";
import { useShortcut } from "../../../lib/shortcuts/shortcuts.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Section } from "../../../ui/layout/page.tsx";
import { FormSkeleton } from "../form-skeleton.tsx";
import styles from "../organization/organization.module.css";
import { SettingsFrame } from "../settings-frame.tsx";
import { RuleFields } from "./rule-fields.tsx";
import { useRuleText } from "./rule-texts.tsx";
import { RulesProblem } from "./rules-problem.tsx";
import { RulesReview } from "./rules-review.tsx";
import {
  createDraft,
  isChanged,
  parseNetworks,
  rebase,
  type SecurityDraft,
  type SecurityForm,
} from "./security-draft.ts";
import { TwoFactorReminders } from "./two-factor-reminders.tsx";
import { useRulePreview, useSaveRules } from "./use-save-rules.ts";

/** The rules for sign-in and sessions. */
export function SecuritySettingsPage() {
  const { t } = useLingui();
  usePageTitle(t`Security`);
  return (
    <RequirePermission permission="organization:view" name={t`View settings`}>
      <SettingsFrame>
        <Section title={<Trans>Security</Trans>}>
          <LoadedRules />
        </Section>
        <TwoFactorReminders />
      </SettingsFrame>
    </RequirePermission>
  );
}

function LoadedRules() {
  const query = useApiQuery("GET /organizations/:organizationId", {});
  if (query.data !== undefined)
    return <RulesForm security={query.data.body.security} version={query.data.etag} />;
  if (query.error !== null) return <ProblemState error={query.error} onRetry={() => query.refetch()} />;
  return <FormSkeleton />;
}

interface RulesFormProps {
  readonly security: OrganizationSecurity;
  readonly version: string;
}

const formId = "security-form";

/** The form, reviewed and saved as a whole with the version that was loaded. */
function RulesForm({ security, version }: RulesFormProps) {
  const { t } = useLingui();
  const mayEdit = useCan("organization:edit");
  const [draft, setDraft] = useSecurityDraft(security, version);
  const preview = useRulePreview(draft);
  const { saving, dialog } = useSaveRules(draft, { setDraft, onSettled: preview.reset });
  const hasChanges = isChanged(draft);
  const guard = useUnsavedGuard(hasChanges);
  const { wrong } = parseNetworks(draft.form.networks);
  const review = () => {
    if (!hasChanges || preview.isPending) return;
    if (wrong.length > 0) document.querySelector<HTMLElement>(`#${formId} [aria-invalid]`)?.focus();
    else {
      saving.reset();
      preview.mutate();
    }
  };
  useShortcut({ keys: "mod+s", label: t`Save settings` }, hasChanges ? review : null);
  const change = (part: Partial<SecurityForm>) => {
    preview.reset();
    setDraft({ ...draft, form: { ...draft.form, ...part } });
  };
  return (
    <form
      id={formId}
      className={styles["form"]}
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        review();
      }}
    >
      <p>
        <Trans>
          These rules apply to people in this organization, from the next request on. API keys are not
          affected.
        </Trans>
      </p>
      <RuleFields form={draft.form} mayEdit={mayEdit} onChange={change} />
      <TheirChanges draft={draft} onUseTheirs={change} />
      <RulesProblem error={preview.error} />
      {mayEdit ? null : (
        <InlineNotice tone="locked">
          <Trans>You don’t have permission to change the settings.</Trans>
        </InlineNotice>
      )}
      {hasChanges ? (
        <FormSaveBar
          form={formId}
          isPending={preview.isPending}
          onDiscard={() => {
            preview.reset();
            setDraft(createDraft(security, version));
          }}
        >
          <Trans>Review and save</Trans>
        </FormSaveBar>
      ) : null}
      {dialog ??
        (preview.data === undefined ? null : (
          <RulesReview
            draft={draft}
            affected={preview.data}
            isPending={saving.isPending}
            error={saving.error}
            onSave={() => saving.mutate()}
            onClose={preview.reset}
          />
        ))}
      {guard}
    </form>
  );
}

/** What another user saved in the meantime. */
function TheirChanges({
  draft,
  onUseTheirs,
}: {
  readonly draft: SecurityDraft;
  readonly onUseTheirs: (part: Partial<SecurityForm>) => void;
}) {
  const { id: organizationId } = useOrganization();
  const ruleText = useRuleText();
  if (draft.theirs.length === 0) return null;
  return (
    <ConflictNote changedBy={{ target: organizationId, action: "organizations.edited" }}>
      {draft.theirs.map((field) => (
        <ConflictField
          key={field}
          onUseTheirs={
            draft.form[field] === draft.saved[field]
              ? null
              : () => onUseTheirs({ [field]: draft.saved[field] })
          }
        >
          {ruleText(field, draft.saved)}
        </ConflictField>
      ))}
    </ConflictNote>
  );
}

function useSecurityDraft(security: OrganizationSecurity, version: string) {
  const [draft, setDraft] = useState(() => createDraft(security, version));
  if (draft.version === version) return [draft, setDraft] as const;
  const next = isChanged(draft) ? rebase(draft, security, version) : createDraft(security, version);
  setDraft(next);
  return [next, setDraft] as const;
}
