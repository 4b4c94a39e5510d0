import { Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { buttonClass } from "../../../ui/forms/button.tsx";
import { AuthLayout } from "../auth-layout.tsx";

interface FinishedProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Another button, below the one that leads to sign-in. */
  readonly more?: ReactNode;
}

/** A link has done its work: leads on to sign-in. */
export function Finished({ title, children, more }: FinishedProps) {
  return (
    <AuthLayout title={title} lead={children}>
      <Link to="/sign-in" className={buttonClass({ variant: "primary", wide: true, tall: true })}>
        <Trans>Continue to sign-in</Trans>
      </Link>
      {more}
    </AuthLayout>
  );
}
