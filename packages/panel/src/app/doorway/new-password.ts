import { useLingui } from "@lingui/react/macro";

/** The policy's shortest password, in characters as a person counts them. */
const shortest = 12;

/** What is wrong with a new password before the server has seen it, or null. */
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
