import type { SessionView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, type RefObject, useEffect } from "react";
import { request } from "../../lib/api/request.ts";
import { Button } from "../../ui/forms/button.tsx";
import { EmailField, PasswordField } from "../../ui/forms/field.tsx";
import { useSecondFactorStep } from "./second-factor/use-second-factor-step.tsx";
import { FormErrors, useSubmission } from "./use-submission.tsx";

interface SignInFormProps {
  /** The only email address that may sign in; the field is read-only. */
  readonly email?: string;
  readonly onSignedIn: (session: SessionView) => Promise<void> | void;
  /** Label of the button, "Sign in" by default. */
  readonly action?: ReactNode;
  /** Of the email field: with `webauthn` the browser suggests passkeys there. */
  readonly autoComplete?: "username" | "username webauthn";
  /** Focuses the email field. */
  readonly autoFocus?: boolean;
  readonly passwordRef?: RefObject<HTMLInputElement | null>;
  /** Called when the second step replaces the password, and when the password is back. */
  readonly onSecondStep?: (isShown: boolean) => void;
  /** Below the form for the password. */
  readonly children?: ReactNode;
}

/**
 * Email and password, then the second factor of an account that has one. The error is the same for known and unknown
 * addresses.
 */
export function SignInForm({
  email,
  onSignedIn,
  action = <Trans>Sign in</Trans>,
  autoComplete = "username",
  autoFocus = false,
  passwordRef,
  onSecondStep,
  children,
}: SignInFormProps) {
  const { t } = useLingui();
  const second = useSecondFactorStep({ onSignedIn, action });
  const form = useSubmission({
    fields: ["email", "password"],
    check: (values) => ({
      ...(values.email.trim() === "" ? { email: t`Enter your e-mail address` } : {}),
      ...(values.password === "" ? { password: t`Enter your password` } : {}),
    }),
    async send(body) {
      const { body: opened } = await request("POST /sessions", { body });
      if ("challenge" in opened) await second.show(opened.challenge);
      else await onSignedIn(opened);
    },
  });
  const isSecondStep = second.step !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the step changes
  useEffect(() => {
    onSecondStep?.(isSecondStep);
  }, [isSecondStep]);
  if (second.step !== null) return second.step;
  return (
    <>
      <form noValidate onSubmit={form.onSubmit}>
        <FormErrors form={form} />
        <EmailField
          {...form.control("email")}
          autoComplete={autoComplete}
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
          {action}
        </Button>
      </form>
      {children}
    </>
  );
}
