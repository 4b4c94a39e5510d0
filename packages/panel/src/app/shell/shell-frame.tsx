import { Trans, useLingui } from "@lingui/react/macro";
import { QueryClientProvider } from "@tanstack/react-query";
import { useRouteContext } from "@tanstack/react-router";
import { useEffect } from "react";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { AuthLayout } from "../../features/auth/auth-layout.tsx";
import { LostAccessText } from "../../features/auth/lost-access.tsx";
import { ReauthenticateDialog } from "../../features/auth/reauthenticate-dialog.tsx";
import { InviteProvider } from "../../features/invitations/invite-provider.tsx";
import { BulkJobsProvider } from "../../features/users/bulk/jobs/bulk-jobs.tsx";
import { request } from "../../lib/api/request.ts";
import { ApiProvider } from "../../lib/api/use-api.tsx";
import { loadPage } from "../../lib/base-path.ts";
import { LiveUpdates } from "../../lib/live-updates/live-updates.tsx";
import { SessionProvider, useSession } from "../../lib/session/session.tsx";
import { ShortcutsProvider } from "../../lib/shortcuts/shortcuts.tsx";
import { StatusMessageProvider, useStatusMessage } from "../../lib/status-message.tsx";
import { NowProvider } from "../../ui/data-display/time.tsx";
import { Button } from "../../ui/forms/button.tsx";
import { Shell } from "./shell.tsx";

/** The providers that every signed-in page needs, around the shell. */
export function ShellFrame() {
  const { queryClient } = useRouteContext({ from: "/shell" });
  const { i18n } = useLingui();
  return (
    <I18nProvider locale={i18n.locale === "tr" ? "tr-TR" : "en-US"}>
      <QueryClientProvider client={queryClient}>
        <SessionProvider>
          <NowProvider>
            <OrganizationFrame />
          </NowProvider>
        </SessionProvider>
      </QueryClientProvider>
    </I18nProvider>
  );
}

/** Remounts everything when the organization changes. Without a membership it shows `NoAccess`. */
function OrganizationFrame() {
  const { membership } = useSession();
  const { reauthentication } = useRouteContext({ from: "/shell" });
  if (membership === null) return <NoAccess />;
  return (
    <ApiProvider organizationId={membership.id} reauthentication={reauthentication} key={membership.id}>
      <ShortcutsProvider>
        <StatusMessageProvider>
          <LostOrganizationMessage />
          <BulkJobsProvider>
            <InviteProvider>
              <Shell />
            </InviteProvider>
          </BulkJobsProvider>
          <ReauthenticateDialog reauthentication={reauthentication} />
          {membership.unmetRule === null ? <LiveUpdates /> : null}
        </StatusMessageProvider>
      </ShortcutsProvider>
    </ApiProvider>
  );
}

/** Says why another organization is open than before. */
function LostOrganizationMessage() {
  const { lost } = useSession();
  const show = useStatusMessage();
  useEffect(() => {
    if (lost !== null) show({ tone: "warn", text: <LostAccessText {...lost} />, isGlobal: true });
  }, [lost, show]);
  return null;
}

/** Shown to a signed-in user without an active membership: says why, and whom to ask. */
function NoAccess() {
  const { t } = useLingui();
  const { me } = useSession();
  const { name, email } = me.account;
  const suspended = me.organizations.find((organization) => organization.status === "suspended");
  return (
    <AuthLayout
      title={suspended === undefined ? t`No access yet` : t`Your access is suspended`}
      lead={
        suspended === undefined ? (
          <Trans>
            You are signed in as {name}, but {email} has no access to any organization yet. Ask an access
            manager to invite this address.
          </Trans>
        ) : (
          <Trans>
            {suspended.name} has suspended access for {email}. Ask an access manager there to restore it.
          </Trans>
        )
      }
    >
      <Button wide tall onClick={() => location.reload()}>
        <Trans>Check again</Trans>
      </Button>
      <Button variant="quiet" wide tall onClick={() => void signOut()}>
        <Trans>Sign out</Trans>
      </Button>
    </AuthLayout>
  );
}

async function signOut(): Promise<void> {
  await request("DELETE /sessions/current").catch(() => undefined);
  loadPage("/sign-in");
}
