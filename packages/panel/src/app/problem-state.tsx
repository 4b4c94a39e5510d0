import { Trans } from "@lingui/react/macro";
import { Button } from "../ui/button.tsx";
import { Failure } from "../ui/states.tsx";
import { ApiProblem } from "./api/problem.ts";
import { useProblemText } from "./problem-text.ts";

interface ProblemStateProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
  /** It stands for a whole page. */
  readonly isPage?: boolean;
}

/** A page or list that could not be loaded: why, Retry, and the request's number. A 403 names the permission. */
export function ProblemState({ error, onRetry, isPage = false }: ProblemStateProps) {
  const { title, text } = useProblemText()(error);
  const isFinal = error instanceof ApiProblem && (error.status === 403 || error.status === 404);
  return (
    <Failure
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
    </Failure>
  );
}
