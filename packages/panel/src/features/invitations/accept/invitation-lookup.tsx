/** Looks up the invitation of a link; the pages while it is loading and after it failed. */

import { displayEmail, type InvitationOffer, type SessionView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { ProblemState } from "../../../lib/api/problem-text.tsx";
import { ApiProblem, request } from "../../../lib/api/request.ts";
import { buttonClass } from "../../../ui/forms/button.tsx";
import { AuthLayout } from "../../auth/auth-layout.tsx";

/** Why a link no longer works. */
type InvalidReason =
  | "unknown"
  | "used"
  | "revoked"
  | "expired"
  | "replaced"
  | "role-gone"
  | "inviter-gone"
  | "domain"
  | "already-user";

const invalidReasons: Readonly<Record<string, InvalidReason>> = {
  "not-found": "unknown",
  "invitations/used": "used",
  "invitations/revoked": "revoked",
  "invitations/expired": "expired",
  "invitations/replaced": "replaced",
  "invitations/role-gone": "role-gone",
  "invitations/inviter-lost-access": "inviter-gone",
  "invitations/domain-not-allowed": "domain",
  "invitations/already-user": "already-user",
};

type Account = SessionView["user"];

type State =
  | { readonly is: "asking" }
  | { readonly is: "dead"; readonly reason: InvalidReason; readonly signedIn: Account | null }
  | { readonly is: "failed"; readonly error: unknown }
  | { readonly is: "open"; readonly offer: InvitationOffer; readonly signedIn: Account | null };

/** The invitation of a link and the account that is signed in. */
type InvitationState = State & {
  /** Loads the invitation again, for example after signing out. */
  readonly reload: () => void;
  /** Shows the page of an invalid link if the error means that. Returns whether it does. */
  readonly showIfInvalid: (error: unknown) => boolean;
};

/** Loads the invitation of a link and the current account. Changes nothing. */
export function useInvitation(token: string): InvitationState {
  const [state, setState] = useState<State>({ is: "asking" });
  const [attempt, setAttempt] = useState(0);
  const { i18n } = useLingui();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt loads again, and another language other names
  useEffect(() => {
    let isCurrent = true;
    void lookUpInvitation(token).then((found) => {
      if (isCurrent) setState(found);
    });
    return () => {
      isCurrent = false;
    };
  }, [token, attempt, i18n.locale]);
  return {
    ...state,
    reload: () => setAttempt(attempt + 1),
    showIfInvalid(error) {
      const reason = getInvalidReason(error);
      if (reason === null) return false;
      const signedIn = state.is === "open" ? state.signedIn : null;
      setState({ is: "dead", reason, signedIn });
      return true;
    },
  };
}

async function lookUpInvitation(token: string): Promise<State> {
  const [found, account] = await Promise.allSettled([
    request("POST /invitations/lookup", { body: { token } }),
    getCurrentAccount(),
  ]);
  const signedIn = account.status === "fulfilled" ? account.value : null;
  if (found.status === "rejected") {
    const reason = getInvalidReason(found.reason);
    return reason === null ? { is: "failed", error: found.reason } : { is: "dead", reason, signedIn };
  }
  if (account.status === "rejected") return { is: "failed", error: account.reason };
  return { is: "open", offer: found.value.body, signedIn };
}

async function getCurrentAccount(): Promise<Account | null> {
  return (await request("GET /sessions/status")).body.session?.user ?? null;
}

function getInvalidReason(error: unknown): InvalidReason | null {
  return error instanceof ApiProblem ? (invalidReasons[error.code] ?? null) : null;
}

interface InvalidLinkProps {
  readonly reason: InvalidReason;
  readonly signedIn: Account | null;
}

/** The page of an invalid link: why it is invalid, and what to do next. */
export function InvalidLink({ reason, signedIn }: InvalidLinkProps) {
  const { t } = useLingui();
  switch (reason) {
    case "expired":
      return (
        <AuthLayout
          title={t`This invitation has expired`}
          lead={<Trans>Ask the person who invited you for a new invitation to the same address.</Trans>}
        />
      );
    case "revoked":
      return (
        <AuthLayout
          title={t`This invitation was revoked`}
          lead={<Trans>If you think that this is a mistake, ask the person who invited you.</Trans>}
        />
      );
    case "replaced":
      return (
        <AuthLayout
          title={t`There is a newer invitation`}
          lead={<Trans>A newer e-mail to this address has the link that works. Open that one.</Trans>}
        />
      );
    case "used":
      return (
        <AuthLayout
          title={t`This invitation has already been accepted`}
          lead={
            signedIn === null ? (
              <Trans>Sign in with your e-mail and password.</Trans>
            ) : (
              <Trans>You are signed in as {displayEmail(signedIn.email)}.</Trans>
            )
          }
        >
          <ContinueLink signedIn={signedIn} />
        </AuthLayout>
      );
    case "already-user":
      return (
        <AuthLayout
          title={t`You already have access`}
          lead={<Trans>This address already belongs to a user of the organization.</Trans>}
        >
          <ContinueLink signedIn={signedIn} />
        </AuthLayout>
      );
    case "role-gone":
      return (
        <AuthLayout
          title={t`This invitation can’t be accepted`}
          lead={
            <Trans>
              A role in this invitation no longer exists. Ask the person who invited you for a new invitation.
            </Trans>
          }
        />
      );
    case "inviter-gone":
      return (
        <AuthLayout
          title={t`This invitation can’t be accepted`}
          lead={
            <Trans>
              The person who invited you can no longer give these roles. Ask another access manager there for
              a new invitation.
            </Trans>
          }
        />
      );
    case "domain":
      return (
        <AuthLayout
          title={t`This invitation can’t be accepted`}
          lead={
            <Trans>
              The organization accepts only certain e-mail domains. Ask the person who invited you to invite
              another address.
            </Trans>
          }
        />
      );
    case "unknown":
      return <UnknownLink />;
  }
}

function UnknownLink() {
  const { t } = useLingui();
  return (
    <AuthLayout
      title={t`This link doesn’t work`}
      lead={
        <Trans>
          It may be incomplete or mistyped. Open it again from the e-mail, or ask the person who invited you
          for the link.
        </Trans>
      }
    />
  );
}

/** While the link is looked up. */
export function InvitationLoading() {
  const { t } = useLingui();
  return <AuthLayout title={t`Your invitation`} />;
}

interface LookupErrorProps {
  readonly error: unknown;
  readonly onRetry: () => void;
}

/** The lookup failed; the link may be valid. */
export function LookupError({ error, onRetry }: LookupErrorProps) {
  const { t } = useLingui();
  return (
    <AuthLayout title={t`Your invitation`}>
      <ProblemState error={error} onRetry={onRetry} />
    </AuthLayout>
  );
}

/** Leads on from a link that has done its work: to the start page, or to sign-in. */
function ContinueLink({ signedIn }: { readonly signedIn: Account | null }): ReactNode {
  return (
    <Link
      to={signedIn === null ? "/sign-in" : "/"}
      className={buttonClass({ variant: "primary", wide: true, tall: true })}
    >
      {signedIn === null ? <Trans>Sign in</Trans> : <Trans>Continue as {signedIn.name}</Trans>}
    </Link>
  );
}
