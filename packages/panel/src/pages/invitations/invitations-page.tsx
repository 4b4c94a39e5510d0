import { useLingui } from "@lingui/react/macro";
import { InviteButton, useInvite } from "../../app/inviting.tsx";
import { usePageTitle } from "../../app/navigation/use-page-title.ts";
import { PermissionGate } from "../../app/session/permission-gate.tsx";
import { InvitationList } from "./list/invitation-list.tsx";

/** Everybody who was invited, by what became of it. */
export function InvitationsPage() {
  const { t } = useLingui();
  const invite = useInvite();
  usePageTitle(t`Invitations`);
  return (
    <PermissionGate permission="invitations:view" name={t`View invitations`}>
      <InvitationList onInvite={invite} invite={invite === null ? null : <InviteButton />} />
    </PermissionGate>
  );
}
