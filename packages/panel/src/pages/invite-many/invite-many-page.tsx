import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { usePageTitle } from "../../app/navigation/use-page-title.ts";
import { PermissionGate } from "../../app/session/permission-gate.tsx";
import { ChevronLeftIcon } from "../../ui/icons.tsx";
import { backClass, PageHeader } from "../../ui/page.tsx";
import { InviteMany } from "./invite-many.tsx";

/** Invites many people from a list or a file. */
export function InviteManyPage() {
  const { t } = useLingui();
  usePageTitle(t`Invite many`);
  return (
    <PermissionGate permission="users:invite" name={t`Invite users`}>
      <Link to="/invitations" className={backClass()}>
        <ChevronLeftIcon />
        <Trans>Invitations</Trans>
      </Link>
      <PageHeader title={<Trans>Invite many</Trans>} />
      <InviteMany />
    </PermissionGate>
  );
}
