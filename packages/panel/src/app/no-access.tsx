import { Trans, useLingui } from "@lingui/react/macro";
import { AuthLayout } from "../features/auth/auth-layout.tsx";
import { request } from "../lib/api/request.ts";
import { useSession } from "../lib/session/session.tsx";
import { Button } from "../ui/forms/button.tsx";

/** Shown to a signed-in user without an active membership: says why, and whom to ask. */
export function NoAccess() {
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
  location.assign("/sign-in");
}
