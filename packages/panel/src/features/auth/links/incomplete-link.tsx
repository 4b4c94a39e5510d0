import { Trans, useLingui } from "@lingui/react/macro";
import { AuthLayout } from "../auth-layout.tsx";

/** The page without a token: the link is incomplete. */
export function IncompleteLink() {
  const { t } = useLingui();
  return (
    <AuthLayout
      title={t`This link is incomplete`}
      lead={
        <Trans>
          The end of the address is missing. Open the link from the e-mail again, or paste all of it into the
          address bar.
        </Trans>
      }
    />
  );
}
