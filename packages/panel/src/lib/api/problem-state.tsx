import { Trans } from "@lingui/react/macro";
import { ErrorState } from "../../ui/feedback/empty-states.tsx";
import { Button } from "../../ui/forms/button.tsx";
import { ApiProblem } from "./problem.ts";
import { useProblemText } from "./problem-text.ts";

interface ProblemStateProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
  /** Replaces a whole page. */
  readonly isPage?: boolean;
}

/** Error state of a page or list: the reason, a retry button, the request id. A 403 names the missing permission. */
export function ProblemState({ error, onRetry, isPage = false }: ProblemStateProps) {
  const { title, text } = useProblemText()(error);
  const isFinal = error instanceof ApiProblem && (error.status === 403 || error.status === 404);
  return (
    <ErrorState
      title={title}
      isPage={isPage}
      requestId={error instanceof ApiProblem ? error.requestId : ""}
      actions={
        onRetry === undefined || isFinal ? undefined : (
          <Button onClick={onRetry}>
            <Trans>Try again</Trans>
          </Button>
        )
      }
    >
      {text}
    </ErrorState>
  );
}
