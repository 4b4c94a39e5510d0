import { displayEmail } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { ApiProblem } from "../../app/api/problem.ts";
import { useUnsavedGuard } from "../../app/navigation/use-unsaved-guard.tsx";
import { useFieldText, useProblemText } from "../../app/problem-text.ts";
import { useApi } from "../../app/session/api.tsx";
import { meQuery, useMe } from "../../app/session/session.tsx";
import { modifierName, useShortcut } from "../../app/shortcuts/shortcuts.tsx";
import { useStatus } from "../../app/status-strip.tsx";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Section } from "../../ui/page.tsx";
import { Reason } from "../../ui/reason.tsx";
import styles from "./account.module.css";

/** One's own name, saved by hand. */
export function NameForm() {
  const { t } = useLingui();
  const me = useMe();
  const [draft, setDraft] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const saving = useSaveName(() => {
    // The buttons go: the focus stays in the form.
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
              Colleagues see the name that your organization has for you. Access managers change it.
            </Trans>
          }
          {...(error.ofField === null ? {} : { error: error.ofField })}
        />
        <TextField
          label={<Trans>E-mail</Trans>}
          value={displayEmail(me.email)}
          readOnly
          hint={<Trans>You sign in with it.</Trans>}
        />
        {error.general === null ? null : (
          <div role="alert">
            <Reason tone="bad">{error.general}</Reason>
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
  const say = useStatus();
  return useMutation({
    mutationFn: (name: string) => api("PATCH /me", { body: { name } }),
    onSuccess(me) {
      client.setQueryData(meQuery.queryKey, me);
      onSaved();
      say({ tone: "good", text: t`Your name is saved` });
    },
  });
}

/** What is wrong with the name itself, or else with the request. */
function useNameError(error: unknown): { readonly ofField: string | null; readonly general: string | null } {
  const fieldText = useFieldText();
  const problemText = useProblemText();
  const { t } = useLingui();
  if (error === null) return { ofField: null, general: null };
  const fault = error instanceof ApiProblem ? error.errors.find(({ path }) => path === "name") : undefined;
  if (fault !== undefined)
    return {
      ofField: fault.code === "too_small" ? t`Write your name` : fieldText(fault.code, fault.detail),
      general: null,
    };
  const { title, text } = problemText(error);
  return { ofField: null, general: `${title}. ${text}` };
}
