import { Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { buttonClass } from "../../../ui/forms/button.tsx";
import { AuthLayout } from "../auth-layout.tsx";

interface FinishedProps {
  readonly title: string;
  readonly children: ReactNode;
  /** What comes before the sign-in: the button for it, or null if it is in an email. The one that leads to sign-in is secondary then. */
  readonly next?: ReactNode;
}

/** A link has done its work: leads on to sign-in. */
export function Finished({ title, children, next }: FinishedProps) {
  const variant = next === undefined ? ({ variant: "primary" } as const) : {};
  return (
    <AuthLayout title={title} lead={children}>
      {next}
      <Link to="/sign-in" className={buttonClass({ ...variant, wide: true, tall: true })}>
        <Trans>Continue to sign-in</Trans>
      </Link>
    </AuthLayout>
  );
}
