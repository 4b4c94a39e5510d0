import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "../../../ui/forms/button.tsx";
import { PasswordField, TextField } from "../../../ui/forms/field.tsx";
import { useNewPasswordCheck } from "../../auth/new-password.ts";
import { FormErrors, useSubmission } from "../../auth/use-submission.tsx";

/** Name and password of a new account, sent with the token. */
export interface NewAccount {
  readonly name?: string;
  readonly password?: string;
}

interface NewAccountFormProps {
  readonly email: string;
  /** The name that the inviter entered: the initial value. */
  readonly name?: string;
  readonly onJoin: (account: NewAccount) => Promise<void>;
}

/** A name and a password: all that a new person needs to join. */
export function NewAccountForm({ email, name, onJoin }: NewAccountFormProps) {
  const { t } = useLingui();
  const checkPassword = useNewPasswordCheck();
  const form = useSubmission({
    fields: ["name", "password"],
    check: (values) => {
      const badPassword = checkPassword(values.password);
      return {
        ...(values.name.trim() === "" ? { name: t`Enter your name` } : {}),
        ...(badPassword === null ? {} : { password: badPassword }),
      };
    },
    send: onJoin,
  });
  return (
    <form noValidate onSubmit={form.onSubmit}>
      <FormErrors form={form} />
      {/* Hidden: tells a password manager which address the password is for. */}
      <input type="email" name="username" autoComplete="username" value={email} readOnly hidden />
      <TextField
        {...form.control("name")}
        tall
        label={<Trans>Your name</Trans>}
        autoComplete="name"
        maxLength={200}
        defaultValue={name}
      />
      <PasswordField
        {...form.control("password")}
        tall
        label={<Trans>Password</Trans>}
        hint={<Trans>At least 12 characters; a sentence works well</Trans>}
        autoComplete="new-password"
      />
      <Button type="submit" variant="primary" wide tall pending={form.isPending}>
        <Trans>Join and sign in</Trans>
      </Button>
    </form>
  );
}
