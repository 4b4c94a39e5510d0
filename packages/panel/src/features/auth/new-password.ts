import { useLingui } from "@lingui/react/macro";

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
