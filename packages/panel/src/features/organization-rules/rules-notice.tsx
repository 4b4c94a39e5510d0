/** What a person has to do to use the organization: in place of its pages, or as a reminder above them. */
import { displayEmail } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useLocation, useRouteContext } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { meQuery, useOrganization } from "../../lib/session/session.tsx";
import { dateOnly } from "../../ui/data-display/relative-time.ts";
import { useNow } from "../../ui/data-display/time.tsx";
import { ErrorState } from "../../ui/feedback/empty-states.tsx";
import { InlineNotice } from "../../ui/feedback/inline-notice.tsx";
import { Button, buttonClass } from "../../ui/forms/button.tsx";
import { linkClass } from "../../ui/text.tsx";
import styles from "./rules-notice.module.css";

/** The rule that isn't met, or until when there is time to set up two-factor authentication. */
export function RulesNotice() {
  const { unmetRule } = useOrganization();
  const client = useQueryClient();
  const path = useLocation({ select: ({ pathname }) => pathname });
  // The person may have just done it, in the account or in another window.
  useEffect(() => {
    if (path !== "/account") void client.invalidateQueries({ queryKey: meQuery.queryKey });
  }, [client, path]);
  switch (unmetRule) {
    case null:
      return <TwoFactorReminder />;
    case "organization-suspended":
      return <OrganizationSuspended />;
    case "organization-deleted":
      return <OrganizationDeleted />;
    case "session":
      return <SessionEnded />;
    case "network":
      return <WrongNetwork />;
    case "two-factor":
      return <NoSecondFactor />;
    case "second-factor":
      return <UnusedSecondFactor />;
    case "password":
      return <OldPassword />;
  }
}

function TwoFactorReminder() {
  const { t, i18n } = useLingui();
  const { name, twoFactorDueAt } = useOrganization();
  const now = useNow();
  if (twoFactorDueAt === null) return null;
  const dueAt = new Date(twoFactorDueAt);
  const days = Math.max(1, Math.ceil((dueAt.getTime() - now.getTime()) / 86_400_000));
  const left = t`${plural(days, { one: "# day left", other: "# days left" })}`;
  const date = dateOnly(dueAt, i18n.locale);
  return (
    <p className={styles["reminder"]}>
      <InlineNotice tone="warn">
        <Trans>
          From {date} on, {name} requires two-factor authentication ({left}).
        </Trans>{" "}
        <Link to="/account" className={linkClass()}>
          <Trans>Set it up</Trans>
        </Link>
      </InlineNotice>
    </p>
  );
}

interface NoticePageProps {
  readonly title: ReactNode;
  readonly actions: ReactNode;
  readonly children: ReactNode;
}

function NoticePage({ title, actions, children }: NoticePageProps) {
  return (
    <ErrorState isPage title={title} actions={actions}>
      {children}
    </ErrorState>
  );
}

function OrganizationSuspended() {
  const { name } = useOrganization();
  return (
    <NoticePage title={<Trans>{name} is suspended</Trans>} actions={<CheckAgainButton />}>
      <Trans>
        Nobody can use it at the moment. Nothing is lost: everything is as before when it is active again. Ask
        the person who runs this installation.
      </Trans>
    </NoticePage>
  );
}

function OrganizationDeleted() {
  const { name } = useOrganization();
  return (
    <NoticePage title={<Trans>{name} was deleted</Trans>} actions={<CheckAgainButton />}>
      <Trans>
        Nobody can use it. If that is a mistake, ask the person who runs this installation to restore it soon.
      </Trans>
    </NoticePage>
  );
}

function SessionEnded() {
  const { name } = useOrganization();
  return (
    <NoticePage title={<Trans>Sign in again</Trans>} actions={<SignInAgainButton />}>
      <Trans>{name} asks people to sign in again after a while.</Trans>
    </NoticePage>
  );
}

function UnusedSecondFactor() {
  const { name } = useOrganization();
  return (
    <NoticePage title={<Trans>Use your second factor</Trans>} actions={<SignInAgainButton />}>
      <Trans>{name} requires two-factor authentication. Sign in again and use your second factor.</Trans>
    </NoticePage>
  );
}

function SignInAgainButton() {
  const { reauthentication } = useRouteContext({ from: "/shell" });
  return (
    <Button variant="primary" onClick={() => void reauthentication.wait()}>
      <Trans>Sign in again</Trans>
    </Button>
  );
}

function NoSecondFactor() {
  const { name } = useOrganization();
  return (
    <NoticePage
      title={<Trans>Set up two-factor authentication</Trans>}
      actions={
        <>
          <AccountLink>
            <Trans>Set it up</Trans>
          </AccountLink>
          <CheckAgainButton />
        </>
      }
    >
      <Trans>
        {name} requires a second factor: an authenticator app or a passkey. It takes two minutes, then you can
        go on.
      </Trans>
    </NoticePage>
  );
}

function OldPassword() {
  const { name } = useOrganization();
  return (
    <NoticePage
      title={<Trans>Change your password</Trans>}
      actions={
        <>
          <AccountLink>
            <Trans>Change it</Trans>
          </AccountLink>
          <CheckAgainButton />
        </>
      }
    >
      <Trans>Your password is older than {name} allows. Choose a new one, then you can go on.</Trans>
    </NoticePage>
  );
}

function WrongNetwork() {
  const { name, contacts } = useOrganization();
  return (
    <NoticePage
      title={<Trans>Not from this network</Trans>}
      actions={
        <>
          <CheckAgainButton />
          {contacts.map((contact) => (
            <a key={contact.email} href={`mailto:${contact.email}`} className={buttonClass({})}>
              <Trans>
                Ask {contact.name} ({displayEmail(contact.email)})
              </Trans>
            </a>
          ))}
        </>
      }
    >
      <Trans>
        {name} can be used only from certain networks, for example at work or through its VPN. Connect to one
        of them, then check again.
      </Trans>
    </NoticePage>
  );
}

function AccountLink({ children }: { readonly children: ReactNode }) {
  return (
    <Link to="/account" className={buttonClass({ variant: "primary" })}>
      {children}
    </Link>
  );
}

function CheckAgainButton() {
  const client = useQueryClient();
  return (
    <Button onClick={() => void client.invalidateQueries({ queryKey: meQuery.queryKey })}>
      <Trans>Check again</Trans>
    </Button>
  );
}
