import { displayEmail, type InvitationOffer, type SessionView } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useRouteContext, useRouter } from "@tanstack/react-router";
import { ApiProblem, request } from "../../../lib/api/request.ts";
import { absoluteTime } from "../../../ui/data-display/relative-time.ts";
import { AuthLayout } from "../../auth/auth-layout.tsx";
import { completeSignInToOrganization, saveLanguage } from "../../auth/complete-sign-in.ts";
import { ForgotPasswordLink } from "../../auth/forgot-password-link.tsx";
import { IncompleteLink } from "../../auth/links/incomplete-link.tsx";
import { useLinkToken } from "../../auth/links/link-token.ts";
import { SignInForm } from "../../auth/sign-in-form.tsx";
import styles from "./accept.module.css";
import { AcceptAsCurrentUser, type NewAccount, NewAccountForm, WrongAccount } from "./accept-forms.tsx";
import { InvalidLink, InvitationLoading, LookupError, useInvitation } from "./invitation-lookup.tsx";

/** The page of an invitation link. Opening it changes nothing; only the button accepts. */
export function AcceptPage() {
  const token = useLinkToken();
  return token === "" ? <IncompleteLink /> : <Invitation key={token} token={token} />;
}

function Invitation({ token }: { readonly token: string }) {
  const invitation = useInvitation(token);
  switch (invitation.is) {
    case "asking":
      return <InvitationLoading />;
    case "dead":
      return <InvalidLink reason={invitation.reason} signedIn={invitation.signedIn} />;
    case "failed":
      return <LookupError error={invitation.error} onRetry={invitation.reload} />;
    case "open":
      return <InvitationDetails {...invitation} token={token} />;
  }
}

interface InvitationDetailsProps {
  readonly token: string;
  readonly offer: InvitationOffer;
  readonly signedIn: SessionView["user"] | null;
  readonly reload: () => void;
  readonly showIfInvalid: (error: unknown) => boolean;
}

/** A valid invitation: who invites, to what, and how this reader accepts it. */
function InvitationDetails({ token, offer, signedIn, reload, showIfInvalid }: InvitationDetailsProps) {
  const { t, i18n } = useLingui();
  const router = useRouter();
  const context = useRouteContext({ from: "__root__" });
  const { organization, inviter } = offer;
  const email = displayEmail(offer.email);

  async function accept(account: NewAccount | null) {
    try {
      const { body } = await request("POST /invitations/accept", { body: { token, ...account } });
      if (account !== null) await saveLanguage(body);
      await completeSignInToOrganization(context, router, body, "/welcome");
    } catch (error) {
      const isOutdated = error instanceof ApiProblem && /sign-in-first|other-account/.test(error.code);
      if (isOutdated) reload();
      else if (!showIfInvalid(error)) throw error;
    }
  }

  const joinAsSignedIn = () => accept(null);

  if (signedIn !== null && signedIn.email !== offer.email)
    return <WrongAccount signedIn={signedIn} offer={offer} onSignedOut={reload} />;
  const until = absoluteTime(new Date(offer.expiresAt), i18n.locale);
  return (
    <AuthLayout
      title={t`Join ${organization.name}`}
      lead={
        <Trans>
          {inviter.name} invites {email}
        </Trans>
      }
      foot={<Trans>The link works until {until}</Trans>}
    >
      <ul className={styles["offer"]} aria-label={t`What you will be able to do`}>
        {offer.roles.map((role) => (
          <li key={role.name}>
            <b>{role.name}</b>
            <OfferedEnd role={role} />
            <span>{role.description}</span>
          </li>
        ))}
      </ul>
      {signedIn !== null ? (
        <AcceptAsCurrentUser
          signedIn={signedIn}
          organization={organization.name}
          onJoin={joinAsSignedIn}
          onSignedOut={reload}
        />
      ) : offer.accountExists ? (
        <ExistingAccount email={offer.email} onJoin={joinAsSignedIn} />
      ) : (
        <NewAccountForm
          email={offer.email}
          organization={organization.name}
          {...(offer.name === undefined ? {} : { name: offer.name })}
          onJoin={accept}
        />
      )}
    </AuthLayout>
  );
}

function ExistingAccount({
  email,
  onJoin,
}: {
  readonly email: string;
  readonly onJoin: () => Promise<void>;
}) {
  const { t } = useLingui();
  return (
    <>
      <p className={styles["note"]}>
        <Trans>You have an account with this address. Sign in with its password to join.</Trans>
      </p>
      <SignInForm email={email} action={t`Sign in and join`} onSignedIn={onJoin}>
        <ForgotPasswordLink />
      </SignInForm>
    </>
  );
}

/** How long a role is offered; nothing for one without end. */
function OfferedEnd({ role: { expiresAt, forDays } }: { readonly role: InvitationOffer["roles"][number] }) {
  const { t, i18n } = useLingui();
  if (expiresAt !== undefined) {
    const end = absoluteTime(new Date(expiresAt), i18n.locale);
    return <small>{t`Until ${end}`}</small>;
  }
  if (forDays === undefined) return null;
  return (
    <small>{t`${plural(forDays, { one: "For # day from joining", other: "For # days from joining" })}`}</small>
  );
}
