import { displayEmail } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { ApiProblem } from "../../lib/api/problem.ts";
import { useFieldErrorText, useProblemText } from "../../lib/api/problem-text.ts";
import { useApi } from "../../lib/api/use-api.tsx";
import { useUnsavedGuard } from "../../lib/navigation/use-unsaved-guard.tsx";
import { meQuery, useMe } from "../../lib/session/session.tsx";
import { modifierName, useShortcut } from "../../lib/shortcuts/shortcuts.tsx";
import { useStatusMessage } from "../../lib/status-message.tsx";
import { InlineNotice } from "../../ui/feedback/inline-notice.tsx";
import { Button } from "../../ui/forms/button.tsx";
import { TextField } from "../../ui/forms/field.tsx";
import { Section } from "../../ui/layout/page.tsx";
import styles from "./account.module.css";

/** The user's own name. */
export function NameForm() {
  const { t } = useLingui();
  const me = useMe();
  const [draft, setDraft] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const saving = useSaveName(() => {
    // The buttons are removed: keep the focus in the form.
    field.current?.focus();
    setDraft(null);
  });
  const hasChanged = draft !== null && draft !== me.name;
  const guard = useUnsavedGuard(hasChanged && !saving.isPending);
  const save = () => (hasChanged && !saving.isPending ? saving.mutate(draft.trim()) : undefined);
  useShortcut({ keys: "mod+s", label: t`Save name` }, hasChanged ? save : null);
  const error = useNameError(saving.error);
  return (
    <Section title={<Trans>Name</Trans>}>
      <form
        className={styles["form"]}
        noValidate
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          save();
        }}
      >
        <TextField
          ref={field}
          label={<Trans>Your name</Trans>}
          autoComplete="name"
          maxLength={200}
          value={draft ?? me.name}
          onChange={(event) => setDraft(event.target.value)}
          hint={
            <Trans>
              Colleagues see the name that your organization has for you. Access managers can change it.
            </Trans>
          }
          {...(error.ofField === null ? {} : { error: error.ofField })}
        />
        <TextField
          label={<Trans>E-mail</Trans>}
          value={displayEmail(me.email)}
          readOnly
          hint={<Trans>You sign in with this address.</Trans>}
        />
        {error.general === null ? null : (
          <div role="alert">
            <InlineNotice tone="bad">{error.general}</InlineNotice>
          </div>
        )}
        {hasChanged ? (
          <div className={styles["buttons"]}>
            <Button
              variant="primary"
              type="submit"
              pending={saving.isPending}
              hint={`${modifierName()} S`}
              shortcut="Control+S"
            >
              <Trans>Save name</Trans>
            </Button>
            <Button
              variant="quiet"
              onClick={() => {
                field.current?.focus();
                saving.reset();
                setDraft(null);
              }}
            >
              <Trans>Discard</Trans>
            </Button>
          </div>
        ) : null}
      </form>
      {guard}
    </Section>
  );
}

function useSaveName(onSaved: () => void) {
  const { t } = useLingui();
  const api = useApi();
  const client = useQueryClient();
  const say = useStatusMessage();
  return useMutation({
    mutationFn: (name: string) => api("PATCH /me", { body: { name } }),
    onSuccess(me) {
      client.setQueryData(meQuery.queryKey, me);
      onSaved();
      say({ tone: "good", text: t`Your name is saved` });
    },
  });
}

/** The error of the name field, or of the request. */
function useNameError(error: unknown): { readonly ofField: string | null; readonly general: string | null } {
  const fieldText = useFieldErrorText();
  const problemText = useProblemText();
  const { t } = useLingui();
  if (error === null) return { ofField: null, general: null };
  const fault = error instanceof ApiProblem ? error.errors.find(({ path }) => path === "name") : undefined;
  if (fault !== undefined)
    return {
      ofField: fault.code === "too_small" ? t`Enter your name` : fieldText(fault.code, fault.detail),
      general: null,
    };
  const { title, text } = problemText(error);
  return { ofField: null, general: `${title}. ${text}` };
}
