/** Fresh authentication: asks again who it is when a request needs an authentication of the last ten minutes. */
import { useRouteContext } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { ApiProblem } from "../../lib/api/request.ts";
import { loadModule } from "../../lib/load-module.ts";

interface StepUp {
  /**
   * Runs a request. If it needs a fresh authentication, asks for it and runs the request again. False when the person closes
   * the dialog instead.
   */
  readonly withStepUp: (send: () => Promise<unknown>) => Promise<boolean>;
  readonly dialog: ReactNode;
}

/** Asks for the password or the second factor where the server wants a fresh authentication. */
export function useStepUp(): StepUp {
  const { languages } = useRouteContext({ from: "__root__" });
  const [dialog, setDialog] = useState<ReactNode>(null);
  const ask = async (methods: readonly string[]): Promise<boolean> => {
    const [{ StepUpDialog }] = await Promise.all([
      loadModule(() => import("./second-factor/step-up-dialog.tsx")),
      languages.need("second-factor"),
    ]);
    const answer = Promise.withResolvers<boolean>();
    setDialog(<StepUpDialog methods={methods} onSettled={answer.resolve} />);
    const isConfirmed = await answer.promise;
    setDialog(null);
    return isConfirmed;
  };
  return {
    async withStepUp(send) {
      try {
        await send();
        return true;
      } catch (error) {
        if (!(error instanceof ApiProblem) || error.code !== "auth/step-up") throw error;
        if (!(await ask(readMethods(error)))) return false;
      }
      await send();
      return true;
    },
    dialog,
  };
}

function readMethods({ params }: ApiProblem): readonly string[] {
  const { methods } = params;
  return Array.isArray(methods) ? methods.filter((method) => typeof method === "string") : ["password"];
}
