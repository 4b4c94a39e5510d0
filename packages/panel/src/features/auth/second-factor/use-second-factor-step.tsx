import type { SignInChallenge } from "@gatehouse/sdk/contract";
import { useRouteContext } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { loadModule } from "../../../lib/load-module.ts";
import type { SecondFactorStepProps } from "./second-factor-step.tsx";

interface SecondStep {
  /** Shows the step once it is loaded. */
  readonly show: (challenge: SignInChallenge["challenge"]) => Promise<void>;
  /** The step; null before. */
  readonly step: ReactNode;
}

/** The second step of a sign-in: most people never need it, so it is loaded when they do. */
export function useSecondFactorStep(
  props: Omit<SecondFactorStepProps, "challenge" | "onRestart">,
): SecondStep {
  const { languages } = useRouteContext({ from: "__root__" });
  const [render, setRender] = useState<((given: typeof props) => ReactNode) | null>(null);
  return {
    async show(challenge) {
      const [{ SecondFactorStep }] = await Promise.all([
        loadModule(() => import("./second-factor-step.tsx")),
        languages.need("second-factor"),
      ]);
      const restart = () => setRender(null);
      setRender(() => (given: typeof props) => (
        <SecondFactorStep {...given} challenge={challenge} onRestart={restart} />
      ));
    },
    step: render === null ? null : render(props),
  };
}
