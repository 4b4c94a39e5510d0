import { Trans, useLingui } from "@lingui/react/macro";
import { ProblemState } from "../../../lib/api/problem-state.tsx";
import { useApiQuery } from "../../../lib/api/use-api.tsx";
import { usePageTitle } from "../../../lib/navigation/use-page-title.ts";
import { RequirePermission } from "../../../lib/session/require-permission.tsx";
import { LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { Section } from "../../../ui/layout/page.tsx";
import { SettingsFrame } from "../settings-frame.tsx";
import styles from "./organization.module.css";
import { OrganizationForm } from "./organization-form.tsx";

/** The organization's name, language and invitation settings. */
export function OrganizationSettingsPage() {
  const { t } = useLingui();
  usePageTitle(t`Settings`);
  return (
    <RequirePermission permission="organization:view" name={t`View settings`}>
      <SettingsFrame>
        <Section title={<Trans>Organization</Trans>}>
          <LoadedForm />
        </Section>
      </SettingsFrame>
    </RequirePermission>
  );
}

function LoadedForm() {
  const query = useApiQuery("GET /organizations/:organizationId", {});
  if (query.data !== undefined) return <OrganizationForm seen={query.data} />;
  if (query.error !== null) return <ProblemState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <LoadingState>
      {["name", "language", "days", "domains"].map((field) => (
        <p key={field} className={styles["skeleton"]}>
          <Skeleton size="long" />
        </p>
      ))}
    </LoadingState>
  );
}
