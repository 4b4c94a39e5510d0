/** The second factors of the user's own account. */

import { Trans } from "@lingui/react/macro";
import { ProblemState } from "../../../lib/api/problem-text.tsx";
import { useApiQuery } from "../../../lib/api/use-api.tsx";
import { LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { Section } from "../../../ui/layout/page.tsx";
import { AuthenticatorSection } from "./authenticator-section.tsx";
import { PasskeysSection } from "./passkeys-section.tsx";
import { RecoveryCodesSection } from "./recovery-codes-section.tsx";

/** Authenticator app, passkeys and, for an account with a second factor, recovery codes. */
export function SecuritySections() {
  const security = useApiQuery("GET /me/security", {});
  const found = security.data?.body;
  if (found !== undefined)
    return (
      <>
        <AuthenticatorSection security={found} />
        <PasskeysSection security={found} />
        {found.totp === null && found.passkeys.length === 0 ? null : (
          <RecoveryCodesSection left={found.recoveryCodesLeft} />
        )}
      </>
    );
  return (
    <Section title={<Trans>Authenticator app</Trans>}>
      {security.error === null ? (
        <LoadingState>
          <Skeleton size="long" />
        </LoadingState>
      ) : (
        <ProblemState error={security.error} onRetry={() => security.refetch()} />
      )}
    </Section>
  );
}
