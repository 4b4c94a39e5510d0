/** Removes the second factors of a user who lost them. */
import type { UserDetails } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useProblemSentence } from "../../../lib/api/problem-text.tsx";
import { ApiProblem } from "../../../lib/api/request.ts";
import { useApi } from "../../../lib/api/use-api.tsx";
import { useStatusMessage } from "../../../lib/status-message.tsx";
import { AlertDialog } from "../../../ui/overlays/dialog.tsx";
import { useStepUp } from "../../auth/step-up.tsx";

/** The action, which asks first, and its dialogs. */
export function useSecondFactorRemoval({ id: userId, name }: Pick<UserDetails, "id" | "name">): {
  readonly ask: () => void;
  readonly dialog: ReactNode;
} {
  const { t } = useLingui();
  const api = useApi();
  const say = useStatusMessage();
  const explain = useRemovalProblem(name);
  const [isAsking, setAsking] = useState(false);
  const { dialog: stepUp, withStepUp } = useStepUp();
  const removing = useMutation({
    mutationFn: () => {
      setAsking(false);
      return withStepUp(() =>
        api("DELETE /organizations/:organizationId/users/:userId/second-factors", { params: { userId } }),
      );
    },
    onSuccess(isDone) {
      if (isDone) say({ tone: "good", text: t`${name} signs in with the password alone now` });
    },
    onError: (error) => say({ tone: "bad", text: explain(error) }),
  });
  return {
    ask: () => setAsking(true),
    dialog: (
      <>
        <AlertDialog
          title={t`Reset the second factors of ${name}?`}
          isOpen={isAsking}
          isDestructive
          onCancel={() => setAsking(false)}
          onConfirm={() => removing.mutate()}
          confirm={<Trans>Reset second factors</Trans>}
        >
          <Trans>
            Authenticator app, passkeys and recovery codes are removed, and {name} is signed out everywhere.
            Make sure that it is really {name} who asks: from now on the password alone is enough. We tell{" "}
            {name} by e-mail.
          </Trans>
        </AlertDialog>
        {stepUp}
      </>
    ),
  };
}

function useRemovalProblem(name: string): (error: unknown) => string {
  const { t } = useLingui();
  const problemSentence = useProblemSentence();
  return (error) => {
    const texts: Readonly<Record<string, string>> = {
      "second-factors/none": t`${name} has no second factor, so there is nothing to reset.`,
      "forbidden/own-account": t`You can’t do this for yourself. Turn off your second factors in My account.`,
      "forbidden/shared-account": t`${name} belongs to other organizations, too. Ask the person who runs the server to reset the second factors.`,
    };
    const known = error instanceof ApiProblem ? texts[error.code] : undefined;
    if (known !== undefined) return known;
    return problemSentence(error);
  };
}
