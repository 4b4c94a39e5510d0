import { displayEmail, type InvitationOffer, type SessionView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { Button, buttonClass } from "../../../ui/forms/button.tsx";
import { AuthLayout } from "../../auth/auth-layout.tsx";
import { useSignOut } from "./use-sign-out.tsx";

interface WrongAccountProps {
  readonly signedIn: SessionView["user"];
  readonly offer: InvitationOffer;
  readonly onSignedOut: () => void;
}

/** Signed in with another account: names both addresses; the invitation is not changed. */
export function WrongAccount({ signedIn, offer, onSignedOut }: WrongAccountProps) {
  const { t } = useLingui();
  const leave = useSignOut(onSignedOut);
  const { organization } = offer;
  const email = displayEmail(offer.email);
  return (
    <AuthLayout
      title={t`This invitation is for another account`}
      lead={
        <Trans>
          The invitation to {organization.name} is for {email}. You are signed in as{" "}
          {displayEmail(signedIn.email)}.
        </Trans>
      }
      foot={
        <Trans>
          The invitation stays valid. To join with {displayEmail(signedIn.email)}, ask {offer.inviter.name} to
          invite that address.
        </Trans>
      }
    >
      <Button variant="primary" wide tall pending={leave.isPending} onClick={leave.signOut}>
        <Trans>Use another account</Trans>
      </Button>
      <Link to="/" className={buttonClass({ wide: true, tall: true })}>
        <Trans>Stay signed in as {signedIn.name}</Trans>
      </Link>
      {leave.problem}
    </AuthLayout>
  );
}
