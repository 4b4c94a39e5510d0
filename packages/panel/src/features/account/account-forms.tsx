/** The forms of the account page: name and password. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { useFieldErrorText, useProblemSentence } from "../../lib/api/problem-text.tsx";
import { ApiProblem } from "../../lib/api/request.ts";
import { useApi, useApiKey } from "../../lib/api/use-api.tsx";
import { FormSaveBar } from "../../lib/form-save-bar.tsx";
import { useUnsavedGuard } from "../../lib/navigation/use-unsaved-guard.tsx";
import { meQuery, useMe, useSession } from "../../lib/session/session.tsx";
import { useShortcut } from "../../lib/shortcuts/shortcuts.tsx";
import { useStatusMessage } from "../../lib/status-message.tsx";
import { InlineNotice } from "../../ui/feedback/inline-notice.tsx";
import { Button } from "../../ui/forms/button.tsx";
import { HiddenUsername, PasswordField, TextField } from "../../ui/forms/field.tsx";
import { Section } from "../../ui/layout/page.tsx";
import { NewPasswordField, useNewPasswordCheck } from "../auth/new-password/new-password-field.tsx";
import { FormErrors, useSubmission } from "../auth/use-submission.tsx";
import styles from "./account.module.css";

/** The user's own name. */
export function NameForm() {
  const { t } = useLingui();
  const me = useMe();
  const [draft, setDraft] = useState<string | null>(null);
  const [isAsked, setAsked] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const saving = useSaveName(() => {
    // The buttons are removed: keep the focus in the form.
    field.current?.focus();
    setDraft(null);
    setAsked(false);
  });
  const isBlank = draft?.trim() === "";
  const hasChanged = draft !== null && draft !== me.name;
  const guard = useUnsavedGuard(hasChanged && !saving.isPending);
  const save = () => {
    if (!hasChanged || saving.isPending) return;
    setAsked(true);
    if (isBlank) field.current?.focus();
    else saving.mutate(draft.trim());
  };
  useShortcut({ keys: "mod+s", label: t`Save name` }, hasChanged ? save : null);
  const error = useNameError(saving.error);
  const ofField = isAsked && isBlank ? t`Enter your name` : error.ofField;
  return (
    <Section title={<Trans>Name</Trans>}>
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
          ref={field}
          label={<Trans>Your name</Trans>}
          autoComplete="name"
          maxLength={200}
          value={draft ?? me.name}
          onChange={(event) => setDraft(event.target.value)}
          hint={
            <Trans>
              Your colleagues see it, unless an access manager gave you another name in the organization.
            </Trans>
          }
          {...(ofField === null ? {} : { error: ofField })}
        />
        <OtherNames />
        {error.general === null ? null : (
          <div role="alert">
            <InlineNotice tone="bad">{error.general}</InlineNotice>
          </div>
        )}
      </form>
      {hasChanged ? (
        <FormSaveBar
          form={formId}
          isPending={saving.isPending}
          onDiscard={() => {
            field.current?.focus();
            saving.reset();
            setDraft(null);
            setAsked(false);
          }}
        >
          <Trans>Save name</Trans>
        </FormSaveBar>
      ) : null}
      {guard}
    </Section>
  );
}

/** The names that access managers gave the user in organizations. */
function OtherNames() {
  const { me } = useSession();
  const others = me.organizations.filter(
    ({ status, userName }) => status === "active" && userName !== me.account.name,
  );
  return others.map(({ id, name, userName }) => (
    <InlineNotice key={id}>
      <Trans>
        In {name} your name is “{userName}”. Ask an access manager there to change it.
      </Trans>
    </InlineNotice>
  ));
}

const formId = "name-form";

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
  const problemSentence = useProblemSentence();
  if (error === null) return { ofField: null, general: null };
  const fault = error instanceof ApiProblem ? error.errors.find(({ path }) => path === "name") : undefined;
  if (fault !== undefined) return { ofField: fieldText(fault.code, fault.detail), general: null };
  return { ofField: null, general: problemSentence(error) };
}

/** Changes the password. */
export function PasswordForm() {
  const [hasText, setHasText] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const submission = usePasswordChange(() => {
    form.current?.reset();
    setHasText(false);
    form.current?.querySelector<HTMLInputElement>("input:not([hidden])")?.focus();
  });
  const guard = useUnsavedGuard(hasText && !submission.isPending);
  const me = useMe();
  const { organizations } = useSession().me;
  return (
    <Section title={<Trans>Password</Trans>}>
      <p className={styles["lead"]}>
        <Trans>Changing it signs you out on all other devices.</Trans>
      </p>
      <form
        ref={form}
        className={styles["form"]}
        noValidate
        onSubmit={submission.onSubmit}
        onInput={(event) => setHasText([...event.currentTarget.querySelectorAll("input")].some(isTypedIn))}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey)) return;
          event.preventDefault();
          event.currentTarget.requestSubmit();
        }}
      >
        <FormErrors form={submission} />
        <HiddenUsername email={me.email} />
        <PasswordField
          {...submission.control("currentPassword")}
          label={<Trans>Current password</Trans>}
          autoComplete="current-password"
        />
        <NewPasswordField
          {...submission.control("newPassword")}
          owner={{ name: me.name, organization: organizations.map(({ name }) => name).join(" ") }}
          label={<Trans>New password</Trans>}
        />
        <div className={styles["buttons"]}>
          <Button type="submit" pending={submission.isPending}>
            <Trans>Change password</Trans>
          </Button>
        </div>
      </form>
      {guard}
    </Section>
  );
}

function isTypedIn(input: HTMLInputElement): boolean {
  return !input.hidden && input.value !== "";
}

function usePasswordChange(onChanged: () => void) {
  const { t } = useLingui();
  const api = useApi();
  const key = useApiKey();
  const client = useQueryClient();
  const say = useStatusMessage();
  const checkNew = useNewPasswordCheck();
  return useSubmission({
    fields: ["currentPassword", "newPassword"],
    check: ({ currentPassword, newPassword }) => {
      const fault = checkNew(newPassword);
      return {
        ...(currentPassword === "" ? { currentPassword: t`Enter your current password` } : {}),
        ...(fault === null ? {} : { newPassword: fault }),
      };
    },
    send: async (body) => {
      await api("POST /me/password", { body });
      onChanged();
      say({ tone: "good", text: t`Your password is changed and all other devices are signed out` });
      await client.invalidateQueries({ queryKey: key("GET /me/sessions") });
    },
  });
}
