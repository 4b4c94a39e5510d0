import { Trans, useLingui } from "@lingui/react/macro";
import { usePageTitle } from "../../app/navigation/use-page-title.ts";
import { PermissionGate } from "../../app/session/permission-gate.tsx";
import { PageHeader } from "../../ui/page.tsx";

/** One user. */
export function UserPage() {
  const { t } = useLingui();
  usePageTitle(t`User`);
  return (
    <PermissionGate permission="users:view" name={t`View users`}>
      <PageHeader title={<Trans>User</Trans>} />
    </PermissionGate>
  );
}
