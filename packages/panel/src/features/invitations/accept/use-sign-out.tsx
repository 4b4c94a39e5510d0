import { type ReactNode, useState } from "react";
import { ApiProblem } from "../../../lib/api/problem.ts";
import { useProblemText } from "../../../lib/api/problem-text.ts";
import { request } from "../../../lib/api/request.ts";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";

/** Signs out without leaving the page, so that the link's token is not lost. */
export function useSignOut(onSignedOut: () => void) {
  const [error, setError] = useState<unknown>(null);
  const [isPending, setPending] = useState(false);
  const problemText = useProblemText();
  async function signOut() {
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
        <InlineNotice tone="bad">{problemText(error).text}</InlineNotice>
      </div>
    );
  return { signOut: () => void signOut(), isPending, problem };
}
