import { type ReactNode, useState } from "react";
import { ApiProblem } from "../../app/api/problem.ts";
import { request } from "../../app/api/request.ts";
import { useProblemText } from "../../app/problem-text.ts";
import { Reason } from "../../ui/reason.tsx";

/** Signs out without leaving the page, so that the link's token is not lost. */
export function useSignOut(onSignedOut: () => void) {
  const [error, setError] = useState<unknown>(null);
  const [isPending, setPending] = useState(false);
  const problemText = useProblemText();
  async function leave() {
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
        <Reason tone="bad">{problemText(error).text}</Reason>
      </div>
    );
  return { signOut: () => void leave(), isPending, problem };
}
