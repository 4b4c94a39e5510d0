/** Asks again who it is. Loaded when a request needs it. */
import type { SecondFactorMethod } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useRef } from "react";
import { useApi } from "../../../lib/api/use-api.tsx";
import { useMe } from "../../../lib/session/session.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { HiddenUsername, PasswordField } from "../../../ui/forms/field.tsx";
import { Dialog } from "../../../ui/overlays/dialog.tsx";
import styles from "../auth-layout.module.css";
import { FormErrors, useSubmission } from "../use-submission.tsx";
import { FactorEntry } from "./factor-entry.tsx";

interface StepUpDialogProps {
  /** What the account has: the password alone, or its second factors. */
  readonly methods: readonly string[];
  readonly onSettled: (isConfirmed: boolean) => void;
}

/** Asks for the second factor if the account has one, otherwise for the password. */
export function StepUpDialog({ methods, onSettled }: StepUpDialogProps) {
  const { t } = useLingui();
  const api = useApi();
  const factors = methods.filter((method): method is SecondFactorMethod => method !== "password");
  return (
    <Dialog title={t`Confirm that it is you`} isOpen isNarrow onClose={() => onSettled(false)}>
      <p>
        {factors.length === 0 ? (
          <Trans>You signed in a while ago. Enter your password to go on.</Trans>
        ) : (
          <Trans>You signed in a while ago. Use your second factor to go on.</Trans>
        )}
      </p>
      <div className={styles["content"]}>
        {factors.length === 0 ? (
          <PasswordEntry onSettled={onSettled} />
        ) : (
          <FactorEntry
            methods={factors}
            purpose="step-up"
            action={<Trans>Continue</Trans>}
            send={async (proof) => {
              await api("POST /sessions/current/step-up", { body: await proof });
              onSettled(true);
            }}
          />
        )}
      </div>
    </Dialog>
  );
}

function PasswordEntry({ onSettled }: Pick<StepUpDialogProps, "onSettled">) {
  const { t } = useLingui();
  const api = useApi();
  const me = useMe();
  const password = useRef<HTMLInputElement>(null);
  // The dialog takes the focus first; then it moves to the field.
  useEffect(() => password.current?.focus(), []);
  const form = useSubmission({
    fields: ["password"],
    check: (values) => (values.password === "" ? { password: t`Enter your password` } : {}),
    explain: ({ code }) => (code === "passwords/wrong" ? { password: t`This isn’t your password` } : null),
    send: async (body) => {
      await api("POST /sessions/current/step-up", { body });
      onSettled(true);
    },
  });
  return (
    <form noValidate onSubmit={form.onSubmit}>
      <FormErrors form={form} />
      <HiddenUsername email={me.email} />
      <PasswordField
        {...form.control("password")}
        ref={password}
        label={<Trans>Password</Trans>}
        autoComplete="current-password"
      />
      <Button type="submit" variant="primary" wide pending={form.isPending}>
        <Trans>Continue</Trans>
      </Button>
    </form>
  );
}
