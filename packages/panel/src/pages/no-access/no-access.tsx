import { Trans, useLingui } from "@lingui/react/macro";
import { request } from "../../app/api/request.ts";
import { Gate } from "../../app/doorway/gate.tsx";
import { useSession } from "../../app/session/session.tsx";
import { Button } from "../../ui/button.tsx";

/** Signed in, but no organization lets one in: says why and whom to ask. */
export function NoAccess() {
  const { t } = useLingui();
  const { me } = useSession();
  const { name, email } = me.account;
  const suspended = me.organizations.find((organization) => organization.status === "suspended");
  return (
    <Gate
      title={suspended === undefined ? t`No access yet` : t`Your access is suspended`}
      lead={
        suspended === undefined ? (
          <Trans>
            You are signed in as {name}, but no organization has let {email} in. Ask whoever manages access
            there to invite this address.
          </Trans>
        ) : (
          <Trans>
            {suspended.name} has suspended the access of {email}. Ask whoever manages access there to restore
            it.
          </Trans>
        )
      }
    >
      <Button wide tall onClick={() => location.reload()}>
        <Trans>Look again</Trans>
      </Button>
      <Button variant="quiet" wide tall onClick={() => void leave()}>
        <Trans>Sign out</Trans>
      </Button>
    </Gate>
  );
}

async function leave(): Promise<void> {
  await request("DELETE /sessions/current").catch(() => undefined);
  location.assign("/sign-in");
}
