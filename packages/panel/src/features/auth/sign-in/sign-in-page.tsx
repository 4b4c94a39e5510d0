import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { safeNextPath } from "../../../lib/navigation/next-path.ts";
import { AuthLayout } from "../auth-layout.tsx";
import { completeSignIn } from "../complete-sign-in.ts";
import { ForgotPasswordLink } from "../forgot-password-link.tsx";
import { LostAccessNotice } from "../lost-access.tsx";
import { SignInForm } from "../sign-in-form.tsx";
import { PasskeyButton } from "./passkey-button.tsx";

const route = getRouteApi("/sign-in");

/** Sign-in. */
export function SignInPage() {
  const { t } = useLingui();
  const router = useRouter();
  const context = route.useRouteContext();
  const next = safeNextPath(route.useSearch().next);
  const [isSecondStep, setSecondStep] = useState(false);
  const finish = () => completeSignIn(context, router, next);
  return (
    <AuthLayout
      title={isSecondStep ? t`Two-factor authentication` : t`Sign in`}
      lead={isSecondStep ? undefined : <Trans>Manage who can use your panel</Trans>}
    >
      <LostAccessNotice lostAccess={context.lostAccess} />
      <SignInForm autoFocus autoComplete="username webauthn" onSignedIn={finish} onSecondStep={setSecondStep}>
        <PasskeyButton onSignedIn={finish} />
        <ForgotPasswordLink />
      </SignInForm>
    </AuthLayout>
  );
}
