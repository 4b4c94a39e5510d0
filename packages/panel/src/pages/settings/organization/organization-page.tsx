import { Trans, useLingui } from "@lingui/react/macro";
import { usePageTitle } from "../../../app/navigation/use-page-title.ts";
import { ProblemState } from "../../../app/problem-state.tsx";
import { useApiQuery } from "../../../app/session/api.tsx";
import { PermissionGate } from "../../../app/session/permission-gate.tsx";
import { Section } from "../../../ui/page.tsx";
import { Bone, Skeleton } from "../../../ui/states.tsx";
import { SettingsFrame } from "../settings-frame.tsx";
import styles from "./organization.module.css";
import { OrganizationForm } from "./organization-form.tsx";

/** Name, language and what holds for invitations. */
export function OrganizationSettingsPage() {
  const { t } = useLingui();
  usePageTitle(t`Settings`);
  return (
    <PermissionGate permission="organization:view" name={t`View settings`}>
      <SettingsFrame>
        <Section title={<Trans>Organization</Trans>}>
          <LoadedForm />
        </Section>
      </SettingsFrame>
    </PermissionGate>
  );
}

function LoadedForm() {
  const query = useApiQuery("GET /organizations/:organizationId", {});
  if (query.data !== undefined) return <OrganizationForm seen={query.data} />;
  if (query.error !== null) return <ProblemState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <Skeleton>
      {["name", "language", "days", "domains"].map((field) => (
        <p key={field} className={styles["bone"]}>
          <Bone size="long" />
        </p>
      ))}
    </Skeleton>
  );
}
