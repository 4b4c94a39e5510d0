import type { SessionView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import type { RefObject } from "react";
import { request } from "../../lib/api/request.ts";
import { Button } from "../../ui/forms/button.tsx";
import { EmailField, PasswordField } from "../../ui/forms/field.tsx";
import { FormErrors, useSubmission } from "./use-submission.tsx";

interface SignInFormProps {
  /** The only email address that may sign in; the field is read-only. */
  readonly email?: string;
  readonly onSignedIn: (session: SessionView) => Promise<void> | void;
  /** Label of the button, "Sign in" by default. */
  readonly action?: string;
  /** Focuses the email field. */
  readonly autoFocus?: boolean;
  readonly passwordRef?: RefObject<HTMLInputElement | null>;
}

/** Email and password. The error is the same for known and unknown addresses. */
export function SignInForm({ email, onSignedIn, action, autoFocus = false, passwordRef }: SignInFormProps) {
  const { t } = useLingui();
  const form = useSubmission({
    fields: ["email", "password"],
    check: (values) => ({
      ...(values.email.trim() === "" ? { email: t`Enter your e-mail address` } : {}),
      ...(values.password === "" ? { password: t`Enter your password` } : {}),
    }),
    async send(body) {
      const { body: opened } = await request("POST /sessions", { body });
      if (!("challenge" in opened)) await onSignedIn(opened);
    },
  });
  return (
    <form noValidate onSubmit={form.onSubmit}>
      <FormErrors form={form} />
      <EmailField
        {...form.control("email")}
        tall
        label={<Trans>E-mail</Trans>}
        readOnly={email !== undefined}
        defaultValue={email}
        autoFocus={autoFocus}
      />
      <PasswordField
        {...form.control("password")}
        tall
        label={<Trans>Password</Trans>}
        autoComplete="current-password"
        {...(passwordRef === undefined ? {} : { ref: passwordRef })}
      />
      <Button type="submit" variant="primary" wide tall pending={form.isPending}>
        {action ?? <Trans>Sign in</Trans>}
      </Button>
    </form>
  );
}
