import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { enterPanel } from "../../app/doorway/enter.ts";
import { Gate } from "../../app/doorway/gate.tsx";
import { SignInForm } from "../../app/doorway/sign-in-form.tsx";
import { safeNextPath } from "../../app/navigation/next-path.ts";

const route = getRouteApi("/sign-in");

/** Sign-in. */
export function SignInPage() {
  const { t } = useLingui();
  const router = useRouter();
  const context = route.useRouteContext();
  const next = safeNextPath(route.useSearch().next);
  return (
    <Gate
      title={t`Sign in`}
      lead={<Trans>to the users, roles and invitations of your panel</Trans>}
      foot={<Trans>Forgot your password? Ask whoever manages access in your organization.</Trans>}
    >
      <SignInForm autoFocus onSignedIn={() => enterPanel(context, router, next)} />
    </Gate>
  );
}
