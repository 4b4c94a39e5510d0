import { displayEmail, type InvitationOffer, type SessionView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useRouteContext, useRouter } from "@tanstack/react-router";
import { ApiProblem } from "../../app/api/problem.ts";
import { request } from "../../app/api/request.ts";
import { enterOrganization, keepLanguage } from "../../app/doorway/enter.ts";
import { Gate } from "../../app/doorway/gate.tsx";
import { SignInForm } from "../../app/doorway/sign-in-form.tsx";
import { absoluteTime } from "../../ui/relative-time.ts";
import { JoinAs } from "./join-as.tsx";
import { NewAccountForm } from "./new-account-form.tsx";
import styles from "./offer.module.css";
import { WrongAccount } from "./wrong-account.tsx";

interface OfferProps {
  readonly token: string;
  readonly offer: InvitationOffer;
  readonly signedIn: SessionView["user"] | null;
  readonly askAgain: () => void;
  readonly conclude: (error: unknown) => boolean;
}

/** What joining accepts beyond the token: a new account's name and password. */
export interface NewAccount {
  readonly name?: string;
  readonly password?: string;
}

/** An invitation that can be accepted: who invites, to what, and the one step that is left for this reader. */
export function Offer({ token, offer, signedIn, askAgain, conclude }: OfferProps) {
  const { t, i18n } = useLingui();
  const router = useRouter();
  const context = useRouteContext({ from: "__root__" });
  const { organization, inviter } = offer;
  const email = displayEmail(offer.email);

  async function join(account: NewAccount = {}) {
    try {
      const { body } = await request("POST /invitations/accept", { body: { token, ...account } });
      if (account.password !== undefined) await keepLanguage(body);
      await enterOrganization(context, router, body);
    } catch (error) {
      const isOutdated = error instanceof ApiProblem && /sign-in-first|other-account/.test(error.code);
      if (isOutdated) askAgain();
      else if (!conclude(error)) throw error;
    }
  }

  if (signedIn !== null && signedIn.email !== offer.email)
    return <WrongAccount signedIn={signedIn} offer={offer} onSignedOut={askAgain} />;
  const until = absoluteTime(new Date(offer.expiresAt), i18n.locale);
  return (
    <Gate
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
            <span>{role.description}</span>
          </li>
        ))}
      </ul>
      {signedIn !== null ? (
        <JoinAs signedIn={signedIn} organization={organization.name} onJoin={join} onSignedOut={askAgain} />
      ) : offer.accountExists ? (
        <ExistingAccount email={offer.email} onJoin={join} />
      ) : (
        <NewAccountForm
          email={offer.email}
          {...(offer.name === undefined ? {} : { name: offer.name })}
          onJoin={join}
        />
      )}
    </Gate>
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
      <SignInForm email={email} action={t`Sign in and join`} onSignedIn={onJoin} />
    </>
  );
}
