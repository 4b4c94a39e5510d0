import { useLingui } from "@lingui/react";
import { QueryClientProvider } from "@tanstack/react-query";
import { useRouteContext } from "@tanstack/react-router";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { ReauthenticateDialog } from "../../features/auth/reauthenticate-dialog.tsx";
import { InviteProvider } from "../../features/invitations/invite-provider.tsx";
import { BulkJobsProvider } from "../../features/users/bulk/jobs/bulk-jobs.tsx";
import { ApiProvider } from "../../lib/api/use-api.tsx";
import { LiveUpdates } from "../../lib/live-updates/live-updates.tsx";
import { SessionProvider, useSession } from "../../lib/session/session.tsx";
import { ShortcutsProvider } from "../../lib/shortcuts/shortcuts.tsx";
import { StatusMessageProvider } from "../../lib/status-message.tsx";
import { NowProvider } from "../../ui/data-display/now.tsx";
import { NoAccess } from "../no-access.tsx";
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
          <BulkJobsProvider>
            <InviteProvider>
              <Shell />
            </InviteProvider>
          </BulkJobsProvider>
          <ReauthenticateDialog reauthentication={reauthentication} />
          <LiveUpdates />
        </StatusMessageProvider>
      </ShortcutsProvider>
    </ApiProvider>
  );
}
