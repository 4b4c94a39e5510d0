import { Trans, useLingui } from "@lingui/react/macro";
import { usePageTitle } from "../../app/navigation/use-page-title.ts";
import { PermissionGate } from "../../app/session/permission-gate.tsx";
import { PageHeader } from "../../ui/page.tsx";

/** The list of users. */
export function UsersPage() {
  const { t } = useLingui();
  usePageTitle(t`Users`);
  return (
    <PermissionGate permission="users:view" name={t`View users`}>
      <PageHeader title={<Trans>Users</Trans>} />
    </PermissionGate>
  );
}
