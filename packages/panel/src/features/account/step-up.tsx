/** Fresh authentication: asks for the password when a request needs one of the last ten minutes. */
import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { ApiProblem } from "../../lib/api/request.ts";
import { useApi } from "../../lib/api/use-api.tsx";
import { useMe } from "../../lib/session/session.tsx";
import { Button } from "../../ui/forms/button.tsx";
import { HiddenUsername, PasswordField } from "../../ui/forms/field.tsx";
import { Dialog } from "../../ui/overlays/dialog.tsx";
import { FormErrors, useSubmission } from "../auth/use-submission.tsx";
import styles from "./account.module.css";

interface StepUp {
  /**
   * Runs a request. If it needs a fresh authentication, asks for the password and runs it again. False when the person
   * closes the dialog instead.
   */
  readonly withStepUp: (send: () => Promise<unknown>) => Promise<boolean>;
  readonly dialog: ReactNode;
}

/** Asks for the password where the server wants a fresh authentication. */
export function useStepUp(): StepUp {
  const [waiting, setWaiting] = useState<PromiseWithResolvers<boolean> | null>(null);
  const settle = (isConfirmed: boolean) => {
    waiting?.resolve(isConfirmed);
    setWaiting(null);
  };
  return {
    async withStepUp(send) {
      try {
        await send();
        return true;
      } catch (error) {
        if (!(error instanceof ApiProblem) || error.code !== "auth/step-up") throw error;
      }
      const asked = Promise.withResolvers<boolean>();
      setWaiting(asked);
      if (!(await asked.promise)) return false;
      await send();
      return true;
    },
    dialog: waiting === null ? null : <StepUpDialog onSettled={settle} />,
  };
}

function StepUpDialog({ onSettled }: { readonly onSettled: (isConfirmed: boolean) => void }) {
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
    <Dialog title={t`Confirm that it is you`} isOpen isNarrow onClose={() => onSettled(false)}>
      <p>
        <Trans>You signed in a while ago. Enter your password to go on.</Trans>
      </p>
      <form className={styles["form"]} noValidate onSubmit={form.onSubmit}>
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
    </Dialog>
  );
}
