import type { SessionView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import type { RefObject } from "react";
import { Button } from "../../ui/button.tsx";
import { PasswordField, TextField } from "../../ui/field.tsx";
import { request } from "../api/request.ts";
import { FormErrors } from "./form-errors.tsx";
import { useSubmission } from "./use-submission.ts";

interface SignInFormProps {
  /** The address that must sign in; it can't be changed then. */
  readonly email?: string;
  readonly onSignedIn: (session: SessionView) => Promise<void> | void;
  /** The button's words, "Sign in" by default. */
  readonly action?: string;
  /** Puts the focus into the address. */
  readonly autoFocus?: boolean;
  readonly passwordRef?: RefObject<HTMLInputElement | null>;
}

/** E-mail and password. One and the same refusal, whether the address is known or not. */
export function SignInForm({ email, onSignedIn, action, autoFocus = false, passwordRef }: SignInFormProps) {
  const { t } = useLingui();
  const form = useSubmission({
    fields: ["email", "password"],
    check: (values) => ({
      ...(values.email.trim() === "" ? { email: t`Write your e-mail address` } : {}),
      ...(values.password === "" ? { password: t`Write your password` } : {}),
    }),
    send: async (body) => onSignedIn((await request("POST /sessions", { body })).body),
  });
  return (
    <form noValidate onSubmit={form.onSubmit}>
      <FormErrors form={form} />
      <TextField
        {...form.control("email")}
        tall
        label={<Trans>E-mail</Trans>}
        type="email"
        inputMode="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
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
