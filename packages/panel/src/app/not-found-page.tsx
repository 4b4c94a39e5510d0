import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { AuthLayout } from "../features/auth/auth-layout.tsx";
import { buttonClass } from "../ui/forms/button.tsx";

/** The page for unknown paths. */
export function NotFoundPage() {
  const { t } = useLingui();
  return (
    <AuthLayout
      title={t`Page not found`}
      lead={<Trans>The address may be mistyped, or the page was moved.</Trans>}
    >
      <Link to="/" className={buttonClass({ variant: "primary", wide: true, tall: true })}>
        <Trans>Go to the start page</Trans>
      </Link>
    </AuthLayout>
  );
}
