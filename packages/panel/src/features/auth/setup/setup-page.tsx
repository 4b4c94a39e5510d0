import { Trans, useLingui } from "@lingui/react/macro";
import { Link, useLocation } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { ApiProblem } from "../../../lib/api/problem.ts";
import { ProblemState } from "../../../lib/api/problem-state.tsx";
import { request } from "../../../lib/api/request.ts";
import { buttonClass } from "../../../ui/forms/button.tsx";
import { AuthLayout } from "../auth-layout.tsx";
import { SetupForm } from "./setup-form.tsx";

type State =
  | { readonly is: "asking" | "needed" | "done" | "bad-token" }
  | { readonly is: "failed"; readonly error: unknown };

/** First run: creates the organization and its owner. Opening the page changes nothing. */
export function SetupPage() {
  const token = useLocation({ select: (location) => location.hash });
  const [state, setState] = useState<State>({ is: "asking" });
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try loads again
  useEffect(() => {
    const leaving = new AbortController();
    request("GET /setup", { signal: leaving.signal }).then(
      () => setState({ is: "needed" }),
      (error: unknown) => {
        if (!leaving.signal.aborted) setState(toState(error));
      },
    );
    return () => leaving.abort();
  }, [tries]);

  if (state.is === "asking") return <SetupLoading />;
  if (state.is === "done") return <Done />;
  if (state.is === "failed") return <Failed error={state.error} onRetry={() => setTries(tries + 1)} />;
  if (token === "") return <MissingToken />;
  if (state.is === "bad-token") return <InvalidToken />;
  return <SetupForm token={token} onRefused={(error) => setState(toState(error))} />;
}

function toState(error: unknown): State {
  if (error instanceof ApiProblem && error.code === "setup/done") return { is: "done" };
  if (error instanceof ApiProblem && error.code === "setup/token") return { is: "bad-token" };
  return { is: "failed", error };
}

function SetupLoading() {
  const { t } = useLingui();
  return <AuthLayout title={t`Set up Gatehouse`} />;
}

function Done() {
  const { t } = useLingui();
  return (
    <AuthLayout
      title={t`Gatehouse is set up`}
      lead={<Trans>The set-up link works once. Sign in with the account that was created.</Trans>}
    >
      <Link to="/sign-in" className={buttonClass({ variant: "primary", wide: true, tall: true })}>
        <Trans>Sign in</Trans>
      </Link>
    </AuthLayout>
  );
}

function MissingToken() {
  const { t } = useLingui();
  return (
    <AuthLayout
      title={t`Set up Gatehouse`}
      lead={
        <Trans>
          Open the set-up link that the server prints when it starts, in the terminal or in its log. It begins
          with this address and ends with a long key.
        </Trans>
      }
    />
  );
}

function InvalidToken() {
  const { t } = useLingui();
  return (
    <AuthLayout
      title={t`This set-up link doesn’t work`}
      lead={
        <Trans>
          It may be incomplete, older than a day, or from an earlier start. Restart the server to print a new
          link.
        </Trans>
      }
    />
  );
}

function Failed({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { t } = useLingui();
  return (
    <AuthLayout title={t`Set up Gatehouse`}>
      <ProblemState error={error} onRetry={onRetry} />
    </AuthLayout>
  );
}
