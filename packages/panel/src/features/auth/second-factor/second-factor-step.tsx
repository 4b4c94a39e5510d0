/** The second step of a sign-in. Loaded when an account asks for it. */
import type { SecondFactorProof, SessionView, SignInChallenge } from "@gatehouse/sdk/contract";
import { Trans } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { ApiProblem, request } from "../../../lib/api/request.ts";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { LinkButton } from "../../../ui/text.tsx";
import { FactorEntry } from "./factor-entry.tsx";

/** Properties of the second step. */
export interface SecondFactorStepProps {
  readonly challenge: SignInChallenge["challenge"];
  readonly onSignedIn: (session: SessionView) => Promise<void> | void;
  /** Back to the password. */
  readonly onRestart: () => void;
  /** The label of the button. */
  readonly action: ReactNode;
}

/** Asks for the second factor. When its time or its tries are over, it leads back to the password. */
export function SecondFactorStep({ challenge, onSignedIn, onRestart, action }: SecondFactorStepProps) {
  const [hasEnded, setEnded] = useState(false);
  const send = async (proof: SecondFactorProof | Promise<SecondFactorProof>) => {
    try {
      const body = await proof;
      await onSignedIn((await request("POST /sessions/second-factor", { body })).body);
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.code !== "auth/challenge-ended") throw error;
      setEnded(true);
    }
  };
  if (hasEnded)
    return (
      <>
        <div role="alert">
          <InlineNotice tone="warn">
            <Trans>
              The time for the second step is over, or there were too many wrong codes. Start again with your
              password.
            </Trans>
          </InlineNotice>
        </div>
        <LinkButton key="again" autoFocus onClick={onRestart}>
          <Trans>Start again</Trans>
        </LinkButton>
      </>
    );
  return (
    <>
      <FactorEntry tall purpose="second-factor" methods={challenge.methods} action={action} send={send} />
      <LinkButton onClick={onRestart}>
        <Trans>Back to the password</Trans>
      </LinkButton>
    </>
  );
}
