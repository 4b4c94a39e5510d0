import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Gate } from "../../app/doorway/gate.tsx";
import { ProblemState } from "../../app/problem-state.tsx";
import { buttonClass } from "../../ui/button.tsx";
import type { DeadReason } from "./use-invitation.ts";

/** A link that leads nowhere any more: why, and the way on. */
export function DeadLink({ reason }: { readonly reason: DeadReason }) {
  const { t } = useLingui();
  switch (reason) {
    case "expired":
      return (
        <Gate
          title={t`This invitation has expired`}
          lead={<Trans>Ask the person who invited you for a new one; your address stays the same.</Trans>}
        />
      );
    case "revoked":
      return (
        <Gate
          title={t`This invitation was withdrawn`}
          lead={<Trans>If you think that this is a mistake, ask the person who invited you.</Trans>}
        />
      );
    case "replaced":
      return (
        <Gate
          title={t`There is a newer invitation`}
          lead={
            <Trans>A later mail to the same address holds the link that works. Open the newest one.</Trans>
          }
        />
      );
    case "used":
      return (
        <Gate
          title={t`This invitation was accepted already`}
          lead={<Trans>Sign in with your e-mail and password.</Trans>}
        >
          <ToSignIn />
        </Gate>
      );
    case "already-user":
      return (
        <Gate title={t`You are in already`} lead={<Trans>This address is a user of the organization.</Trans>}>
          <ToSignIn />
        </Gate>
      );
    case "role-gone":
      return (
        <Gate
          title={t`This invitation can’t be accepted`}
          lead={
            <Trans>
              A role that it offers no longer exists. Ask the person who invited you for a new invitation.
            </Trans>
          }
        />
      );
    case "inviter-gone":
      return (
        <Gate
          title={t`This invitation can’t be accepted`}
          lead={
            <Trans>
              Whoever invited you may no longer give these roles. Ask somebody who manages access there for a
              new invitation.
            </Trans>
          }
        />
      );
    case "domain":
      return (
        <Gate
          title={t`This invitation can’t be accepted`}
          lead={
            <Trans>
              The organization lets in only addresses of certain domains. Ask the person who invited you for
              an invitation to another address.
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
    <Gate
      title={t`This link doesn’t work`}
      lead={
        <Trans>
          It may be cut off or mistyped. Open it again from the mail, or ask the person who invited you to
          copy the link for you.
        </Trans>
      }
    />
  );
}

/** The page without a token: the link was cut off. */
export function IncompleteLink() {
  const { t } = useLingui();
  return (
    <Gate
      title={t`This link is incomplete`}
      lead={
        <Trans>
          The end of the address is missing. Open the link from the mail again, or copy all of it into the
          address bar.
        </Trans>
      }
    />
  );
}

/** While the link is looked up. */
export function Asking() {
  const { t } = useLingui();
  return <Gate title={t`Your invitation`} />;
}

interface LookUpFailedProps {
  readonly error: unknown;
  readonly onRetry: () => void;
}

/** The look-up itself failed; the link may be good. */
export function LookUpFailed({ error, onRetry }: LookUpFailedProps) {
  const { t } = useLingui();
  return (
    <Gate title={t`Your invitation`}>
      <ProblemState error={error} onRetry={onRetry} />
    </Gate>
  );
}

function ToSignIn(): ReactNode {
  return (
    <Link to="/sign-in" className={buttonClass({ variant: "primary", wide: true, tall: true })}>
      <Trans>Sign in</Trans>
    </Link>
  );
}
