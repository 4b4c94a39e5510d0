import { Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { ProblemNotice } from "../../../lib/api/problem-text.tsx";
import { ApiProblem } from "../../../lib/api/request.ts";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { linkClass } from "../../../ui/text.tsx";

/** Why the rules were not saved: they would lock out their author, or another error. Nothing for null. */
export function RulesProblem({ error }: { readonly error: unknown }) {
  const alert = useRef<HTMLDivElement>(null);
  // The save bar must not cover it: the person pressed its button.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another error is shown
  useEffect(() => {
    alert.current?.scrollIntoView({ block: "center" });
  }, [error]);
  if (!(error instanceof ApiProblem) || error.code !== "organization/locks-you-out")
    return <ProblemNotice error={error} />;
  const address = String(error.params["address"] ?? "");
  const texts: Readonly<Record<string, ReactNode>> = {
    session: <Trans>Your own session would be too old for this. Sign out, sign in again, then save.</Trans>,
    network: (
      <Trans>
        Your own address, {address}, is in none of these networks. Add it, or save from one of these networks.
      </Trans>
    ),
    "two-factor": (
      <Trans>You have no second factor yourself. Set it up first, or give people days to do it.</Trans>
    ),
    "second-factor": <Trans>Sign out and sign in again with your second factor, then save.</Trans>,
    password: <Trans>Your own password is older than that. Change it first.</Trans>,
  };
  const rule = String(error.params["rule"]);
  return (
    <div ref={alert} role="alert">
      <InlineNotice tone="bad">
        <Trans>This would lock you out.</Trans> {texts[rule]}{" "}
        {rule === "two-factor" || rule === "password" ? (
          <Link to="/account" className={linkClass()}>
            <Trans>My account</Trans>
          </Link>
        ) : null}
      </InlineNotice>
    </div>
  );
}
