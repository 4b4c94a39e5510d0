import { findPasswordFault, minPasswordLength, type PasswordOwner } from "@gatehouse/sdk/contract";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type ComponentProps, type ReactNode, useState } from "react";
import { PasswordField } from "../../../ui/forms/field.tsx";

interface NewPasswordFieldProps
  extends Omit<ComponentProps<typeof PasswordField>, "autoComplete" | "hint" | "onInput"> {
  /** What is known about the person. The name, address and organization that the form has are added. */
  readonly owner?: Partial<PasswordOwner>;
}

/** A new password. Says while it is typed what keeps it from being accepted, and nothing about how good it is. */
export function NewPasswordField({ owner = {}, ...field }: NewPasswordFieldProps) {
  const [hint, setHint] = useState<ReactNode>(null);
  return (
    <PasswordField
      {...field}
      hint={hint ?? <Trans>At least {minPasswordLength} characters; a sentence works well</Trans>}
      autoComplete="new-password"
      onInput={({ currentTarget: { form, value } }) => setHint(getHint(value, readOwner(form, owner)))}
    />
  );
}

function getHint(password: string, owner: PasswordOwner): ReactNode {
  const fault = password === "" ? null : findPasswordFault(password, owner);
  if (fault === null) return null;
  if (fault.is === "too-short")
    return (
      <Plural value={minPasswordLength - fault.length} one="# more character" other="# more characters" />
    );
  if (fault.is === "personal")
    return <Trans>Too close to your name, address or organization: add unrelated words</Trans>;
  return <Trans>Easy to guess: add unrelated words</Trans>;
}

/** What the form says about the person, in addition to what is known. */
function readOwner(form: HTMLFormElement | null, known: Partial<PasswordOwner>): PasswordOwner {
  const typed = form === null ? null : new FormData(form);
  const read = (name: string) => String(typed?.get(name) ?? "");
  return {
    name: `${known.name ?? ""} ${read("name")}`,
    email: known.email ?? (read("email") || read("username")),
    organization: `${known.organization ?? ""} ${read("organization")}`,
  };
}

/** Validates a new password before it is sent: the error, or null. */
export function useNewPasswordCheck(): (password: string) => string | null {
  const { t } = useLingui();
  return (password) => {
    if (password === "") return t`Choose a password`;
    const length = Array.from(password.normalize("NFC")).length;
    return length < minPasswordLength
      ? t`Use ${minPasswordLength} characters or more for the password; this one has ${length}`
      : null;
  };
}
