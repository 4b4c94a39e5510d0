/** How a reader accepts an invitation: with a new account, as the current user, or not with this account. */
import { displayEmail, type InvitationOffer, type SessionView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useProblemText } from "../../../lib/api/problem-text.tsx";
import { ApiProblem, request } from "../../../lib/api/request.ts";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button, buttonClass } from "../../../ui/forms/button.tsx";
import { HiddenUsername, TextField } from "../../../ui/forms/field.tsx";
import { LinkButton } from "../../../ui/text.tsx";
import { AuthLayout } from "../../auth/auth-layout.tsx";
import { NewPasswordField, useNewPasswordCheck } from "../../auth/new-password/new-password-field.tsx";
import { FormErrors, useSubmission } from "../../auth/use-submission.tsx";
import styles from "./accept.module.css";

/** Name and password of a new account, sent with the token. */
export interface NewAccount {
  readonly name: string;
  readonly password: string;
}

interface NewAccountFormProps {
  readonly email: string;
  /** The name that the inviter entered: the initial value. */
  readonly name?: string;
  readonly organization: string;
  readonly onJoin: (account: NewAccount) => Promise<void>;
}

/** A name and a password: all that a new person needs to join. */
export function NewAccountForm({ email, name, organization, onJoin }: NewAccountFormProps) {
  const { t } = useLingui();
  const checkPassword = useNewPasswordCheck();
  const form = useSubmission({
    fields: ["name", "password"],
    check: (values) => {
      const badPassword = checkPassword(values.password);
      return {
        ...(values.name.trim() === "" ? { name: t`Enter your name` } : {}),
        ...(badPassword === null ? {} : { password: badPassword }),
      };
    },
    send: onJoin,
  });
  return (
    <form noValidate onSubmit={form.onSubmit}>
      <FormErrors form={form} />
      <HiddenUsername email={email} />
      <TextField
        {...form.control("name")}
        tall
        label={<Trans>Your name</Trans>}
        autoComplete="name"
        maxLength={200}
        defaultValue={name}
      />
      <NewPasswordField
        {...form.control("password")}
        tall
        owner={{ organization }}
        label={<Trans>Password</Trans>}
      />
      <Button type="submit" variant="primary" wide tall pending={form.isPending}>
        <Trans>Join and sign in</Trans>
      </Button>
    </form>
  );
}

interface AcceptAsCurrentUserProps {
  readonly signedIn: SessionView["user"];
  readonly organization: string;
  readonly onJoin: () => Promise<void>;
  readonly onSignedOut: () => void;
}

/** Accepts with one click, for people signed in with the invited address. */
export function AcceptAsCurrentUser({
  signedIn,
  organization,
  onJoin,
  onSignedOut,
}: AcceptAsCurrentUserProps) {
  const { t } = useLingui();
  const form = useSubmission<never>({ fields: [], check: () => ({}), send: () => onJoin() });
  const signOut = useSignOut(onSignedOut);
  return (
    <form noValidate onSubmit={form.onSubmit}>
      <FormErrors form={form} />
      <Button type="submit" variant="primary" wide tall pending={form.isPending}>
        {t`Join ${organization}`}
      </Button>
      <p className={`${styles["note"]} ${styles["centred"]}`}>
        <Trans>Not {signedIn.name}?</Trans>{" "}
        <LinkButton inline onClick={signOut.signOut}>
          <Trans>Use another account</Trans>
        </LinkButton>
      </p>
      {signOut.problem}
    </form>
  );
}

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

/** Signs out without leaving the page, so that the link's token is not lost. */
function useSignOut(onSignedOut: () => void) {
  const [error, setError] = useState<unknown>(null);
  const [isPending, setPending] = useState(false);
  const problemText = useProblemText();
  async function signOut() {
    setPending(true);
    try {
      await request("DELETE /sessions/current");
      onSignedOut();
    } catch (failure) {
      if (failure instanceof ApiProblem && failure.status === 401) onSignedOut();
      else setError(failure);
    } finally {
      setPending(false);
    }
  }
  const problem: ReactNode =
    error === null ? null : (
      <div role="alert">
        <InlineNotice tone="bad">{problemText(error).text}</InlineNotice>
      </div>
    );
  return { signOut: () => void signOut(), isPending, problem };
}
