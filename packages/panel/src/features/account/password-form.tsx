import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useApi, useApiKey } from "../../lib/api/use-api.tsx";
import { useUnsavedGuard } from "../../lib/navigation/use-unsaved-guard.tsx";
import { useMe } from "../../lib/session/session.tsx";
import { useStatusMessage } from "../../lib/status-message.tsx";
import { Button } from "../../ui/forms/button.tsx";
import { PasswordField } from "../../ui/forms/field.tsx";
import { Section } from "../../ui/layout/page.tsx";
import { useNewPasswordCheck } from "../auth/new-password.ts";
import { FormErrors, useSubmission } from "../auth/use-submission.tsx";
import styles from "./account.module.css";

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
        {/* Tells a password manager whose password this is. */}
        <input hidden name="username" autoComplete="username" value={me.email} readOnly />
        <PasswordField
          {...submission.control("currentPassword")}
          label={<Trans>Current password</Trans>}
          autoComplete="current-password"
        />
        <PasswordField
          {...submission.control("newPassword")}
          label={<Trans>New password</Trans>}
          hint={<Trans>At least 12 characters; a sentence works well</Trans>}
          autoComplete="new-password"
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
