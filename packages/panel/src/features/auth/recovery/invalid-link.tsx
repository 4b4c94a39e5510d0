/** The pages of links that don't work, with the way to a new one. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { ApiProblem } from "../../../lib/api/request.ts";
import { buttonClass } from "../../../ui/forms/button.tsx";
import { AuthLayout } from "../auth-layout.tsx";

/** Why a link doesn't work. */
export type InvalidReason = "unknown" | "used" | "expired" | "taken" | "domain";

const reasons: Readonly<Record<string, InvalidReason>> = {
  "password-resets/unknown": "unknown",
  "password-resets/used": "used",
  "password-resets/expired": "expired",
  "email-changes/unknown": "unknown",
  "email-changes/used": "used",
  "email-changes/expired": "expired",
  "sign-ins/unknown": "unknown",
  "sign-ins/used": "used",
  "sign-ins/expired": "expired",
  "email-changes/taken": "taken",
  "email-changes/domain-not-allowed": "domain",
};

/** Why a request with the token of a link failed; null if the link isn't the reason. */
export function getInvalidReason(error: unknown): InvalidReason | null {
  return error instanceof ApiProblem ? (reasons[error.code] ?? null) : null;
}

interface InvalidLinkProps {
  readonly kind: "password" | "email";
  readonly reason: InvalidReason;
}

/** Says why the link doesn't work, and what to do next. */
export function InvalidLink({ kind, reason }: InvalidLinkProps) {
  const { t } = useLingui();
  const titles: Record<InvalidReason, string> = {
    unknown: t`This link doesn’t work`,
    used: t`This link was used already`,
    expired: t`This link has expired`,
    taken: t`This address has another account`,
    domain: t`This address is not allowed`,
  };
  return (
    <AuthLayout title={titles[reason]} lead={<Reason reason={reason} />}>
      {kind === "password" ? (
        <Link to="/forgot-password" className={buttonClass({ variant: "primary", wide: true, tall: true })}>
          <Trans>Send a new link</Trans>
        </Link>
      ) : null}
      <Link
        to="/sign-in"
        className={buttonClass({ variant: kind === "email" ? "primary" : "plain", wide: true, tall: true })}
      >
        <Trans>Continue to sign-in</Trans>
      </Link>
    </AuthLayout>
  );
}

function Reason({ reason }: Pick<InvalidLinkProps, "reason">) {
  switch (reason) {
    case "unknown":
      return <Trans>It may be incomplete or mistyped. Open it again from the e-mail.</Trans>;
    case "used":
      return <Trans>A link works once. If you have used it, there is nothing more to do.</Trans>;
    case "expired":
      return <Trans>Its time is over, or a newer link has replaced it. Open the newest e-mail.</Trans>;
    case "taken":
      return (
        <Trans>
          Someone signs in with it already, so your address stays as it is. Use that account, or change to
          another address in My account.
        </Trans>
      );
    case "domain":
      return (
        <Trans>
          Your organization accepts only addresses of certain domains, so your address stays as it is.
        </Trans>
      );
  }
}
