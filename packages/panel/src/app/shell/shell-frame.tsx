import { useLingui } from "@lingui/react";
import { QueryClientProvider } from "@tanstack/react-query";
import { useRouteContext } from "@tanstack/react-router";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { NoAccess } from "../../pages/no-access/no-access.tsx";
import { NowProvider } from "../../ui/now.tsx";
import { InviteProvider } from "../inviting.tsx";
import { Live } from "../live/live.tsx";
import { ApiProvider } from "../session/api.tsx";
import { SessionProvider, useSession } from "../session/session.tsx";
import { SessionEnded } from "../session/session-ended.tsx";
import { ShortcutsProvider } from "../shortcuts/shortcuts.tsx";
import { StatusProvider } from "../status-strip.tsx";
import { UserJobsProvider } from "../user-jobs/user-jobs.tsx";
import { Shell } from "./shell.tsx";

/** Everything that pages behind sign-in rely on, and the frame round them. */
export function ShellFrame() {
  const { queryClient } = useRouteContext({ from: "/shell" });
  const { i18n } = useLingui();
  return (
    <I18nProvider locale={i18n.locale === "tr" ? "tr-TR" : "en-US"}>
      <QueryClientProvider client={queryClient}>
        <SessionProvider>
          <NowProvider>
            <Inside />
          </NowProvider>
        </SessionProvider>
      </QueryClientProvider>
    </I18nProvider>
  );
}

/** Those whom no organization lets in see whom to ask; a change of organization starts the page afresh. */
function Inside() {
  const { membership } = useSession();
  const { gate } = useRouteContext({ from: "/shell" });
  if (membership === null) return <NoAccess />;
  return (
    <ApiProvider organizationId={membership.id} gate={gate} key={membership.id}>
      <ShortcutsProvider>
        <StatusProvider>
          <UserJobsProvider>
            <InviteProvider>
              <Shell />
            </InviteProvider>
          </UserJobsProvider>
          <SessionEnded gate={gate} />
          <Live />
        </StatusProvider>
      </ShortcutsProvider>
    </ApiProvider>
  );
}
