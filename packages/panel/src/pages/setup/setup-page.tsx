import { Trans, useLingui } from "@lingui/react/macro";
import { Link, useLocation } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { ApiProblem } from "../../app/api/problem.ts";
import { request } from "../../app/api/request.ts";
import { Gate } from "../../app/doorway/gate.tsx";
import { ProblemState } from "../../app/problem-state.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { SetupForm } from "./setup-form.tsx";

type State =
  | { readonly is: "asking" | "needed" | "done" | "bad-token" }
  | { readonly is: "failed"; readonly error: unknown };

/** First run: the organization and its owner. Opening the page changes nothing. */
export function SetupPage() {
  const token = useLocation({ select: (location) => location.hash });
  const [state, setState] = useState<State>({ is: "asking" });
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try asks again
  useEffect(() => {
    const leaving = new AbortController();
    request("GET /setup", { signal: leaving.signal }).then(
      () => setState({ is: "needed" }),
      (error: unknown) => {
        if (!leaving.signal.aborted) setState(stateAfter(error));
      },
    );
    return () => leaving.abort();
  }, [tries]);

  if (state.is === "asking") return <Asking />;
  if (state.is === "done") return <Done />;
  if (state.is === "failed") return <Failed error={state.error} onRetry={() => setTries(tries + 1)} />;
  if (token === "") return <NoToken />;
  if (state.is === "bad-token") return <BadToken />;
  return <SetupForm token={token} onRefused={(error) => setState(stateAfter(error))} />;
}

function stateAfter(error: unknown): State {
  if (error instanceof ApiProblem && error.code === "setup/done") return { is: "done" };
  if (error instanceof ApiProblem && error.code === "setup/token") return { is: "bad-token" };
  return { is: "failed", error };
}

function Asking() {
  const { t } = useLingui();
  return <Gate title={t`Set up Gatehouse`} />;
}

function Done() {
  const { t } = useLingui();
  return (
    <Gate
      title={t`Gatehouse is set up`}
      lead={<Trans>The set-up link works once. Sign in with the account that was made.</Trans>}
    >
      <Link to="/sign-in" className={buttonClass({ variant: "primary", wide: true, tall: true })}>
        <Trans>Sign in</Trans>
      </Link>
    </Gate>
  );
}

function NoToken() {
  const { t } = useLingui();
  return (
    <Gate
      title={t`Set up Gatehouse`}
      lead={
        <Trans>
          Open the set-up link: the server prints it when it starts, in the terminal or in its log. It begins
          with this address and ends with a long key.
        </Trans>
      }
    />
  );
}

function BadToken() {
  const { t } = useLingui();
  return (
    <Gate
      title={t`This set-up link doesn’t work`}
      lead={
        <Trans>
          It may be cut off, older than a day, or from an earlier start. Restart the server: it prints a new
          link.
        </Trans>
      }
    />
  );
}

function Failed({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { t } = useLingui();
  return (
    <Gate title={t`Set up Gatehouse`}>
      <ProblemState error={error} onRetry={onRetry} />
    </Gate>
  );
}
