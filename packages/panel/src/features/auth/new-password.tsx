import { Trans, useLingui } from "@lingui/react/macro";
import type { ComponentProps } from "react";
import { PasswordField } from "../../ui/forms/field.tsx";

/** The field for a new password, with the rule for it. */
export function NewPasswordField(props: Omit<ComponentProps<typeof PasswordField>, "hint" | "autoComplete">) {
  return (
    <PasswordField
      {...props}
      hint={<Trans>At least 12 characters; a sentence works well</Trans>}
      autoComplete="new-password"
    />
  );
}

/** The minimum length of a password, in Unicode code points after NFC. */
const shortest = 12;

/** Validates a new password before it is sent: the error, or null. */
export function useNewPasswordCheck(): (password: string) => string | null {
  const { t } = useLingui();
  return (password) => {
    if (password === "") return t`Choose a password`;
    const length = Array.from(password.normalize("NFC")).length;
    return length < shortest
      ? t`Use ${shortest} characters or more for the password; this one has ${length}`
      : null;
  };
}
