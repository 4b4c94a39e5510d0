import { Trans, useLingui } from "@lingui/react/macro";
import { FormErrors } from "../../app/doorway/form-errors.tsx";
import { useNewPasswordCheck } from "../../app/doorway/new-password.ts";
import { useSubmission } from "../../app/doorway/use-submission.ts";
import { Button } from "../../ui/button.tsx";
import { PasswordField, TextField } from "../../ui/field.tsx";
import type { NewAccount } from "./offer.tsx";

interface NewAccountFormProps {
  readonly email: string;
  /** The name that the inviter wrote, to begin with. */
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
        ...(values.name.trim() === "" ? { name: t`Write your name` } : {}),
        ...(badPassword === null ? {} : { password: badPassword }),
      };
    },
    send: onJoin,
  });
  return (
    <form noValidate onSubmit={form.onSubmit}>
      <FormErrors form={form} />
      {/* Unseen: tells a password manager which address the password is for. */}
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
