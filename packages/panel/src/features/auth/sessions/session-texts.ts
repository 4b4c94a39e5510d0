/** Texts about sessions and sign-ins. */
import { parseUserAgent, type UserSession } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";

/** Names the device of a `User-Agent` header: "Chrome, Windows". */
export function useDeviceName(): (userAgent: string | null) => string {
  const { t } = useLingui();
  return (userAgent) => {
    const { browser, system } = parseUserAgent(userAgent);
    return [browser, system].filter((part) => part !== null).join(", ") || t`Unknown device`;
  };
}

/** Names how somebody signed in. */
export function useMethodName(): (method: UserSession["method"]) => string {
  const { t } = useLingui();
  return (method) => {
    switch (method) {
      case "password":
        return t`with the password`;
      case "totp":
        return t`with a code of the authenticator app`;
      case "recovery-code":
        return t`with a recovery code`;
      case "passkey":
        return t`with a passkey`;
      case "invitation":
        return t`by accepting an invitation`;
      case "set-up":
        return t`by setting up Gatehouse`;
    }
  };
}
