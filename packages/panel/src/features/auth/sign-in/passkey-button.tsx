import { Trans } from "@lingui/react/macro";
import { useRouteContext } from "@tanstack/react-router";
import { type ComponentType, useEffect, useState } from "react";
import { loadModule } from "../../../lib/load-module.ts";
import { Button } from "../../../ui/forms/button.tsx";
import type { PasskeySignInProps } from "../passkeys/passkey-sign-in.tsx";

/** Whether the browser can use passkeys here: not without https, and not at an IP address. */
const canUsePasskeys = () => "PublicKeyCredential" in globalThis && !/^[\d.]+$|:/.test(location.hostname);

/** Signs in with a passkey. What the button does is loaded after the first paint; pressed before, it waits. */
export function PasskeyButton({ onSignedIn }: Pick<PasskeySignInProps, "onSignedIn">) {
  const { languages } = useRouteContext({ from: "__root__" });
  const [isAsked, setAsked] = useState(false);
  const [SignIn, setSignIn] = useState<ComponentType<PasskeySignInProps> | null>(null);
  useEffect(() => {
    if (!canUsePasskeys()) return;
    Promise.all([
      loadModule(() => import("../passkeys/passkey-sign-in.tsx")),
      languages.need("passkeys"),
    ]).then(
      ([{ PasskeySignIn }]) => setSignIn(() => PasskeySignIn),
      () => setAsked(false),
    );
  }, [languages]);
  if (!canUsePasskeys()) return null;
  return (
    <>
      {SignIn === null ? null : (
        <SignIn isAsked={isAsked} onAnswered={() => setAsked(false)} onSignedIn={onSignedIn} />
      )}
      <Button wide tall pending={isAsked} onClick={() => setAsked(true)}>
        <Trans>Use a passkey</Trans>
      </Button>
    </>
  );
}
