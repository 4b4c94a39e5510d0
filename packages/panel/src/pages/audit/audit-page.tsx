import { useLingui } from "@lingui/react/macro";
import { usePageTitle } from "../../app/navigation/use-page-title.ts";
import { PermissionGate } from "../../app/session/permission-gate.tsx";
import { EventList } from "./list/event-list.tsx";

/** Everything that was done in the organization, newest first. */
export function AuditPage() {
  const { t } = useLingui();
  usePageTitle(t`Audit log`);
  return (
    <PermissionGate permission="audit:view" name={t`View audit log`}>
      <EventList />
    </PermissionGate>
  );
}
