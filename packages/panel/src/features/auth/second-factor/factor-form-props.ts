import type { SecondFactorProof } from "@gatehouse/sdk/contract";
import type { ReactNode } from "react";

/** What the form of a method gets. */
export interface FactorFormProps {
  /** Sends what the person entered, once it is there. A rejection is shown in the form. */
  readonly send: (proof: SecondFactorProof | Promise<SecondFactorProof>) => Promise<void>;
  /** What the challenge of a passkey is for. */
  readonly purpose: "second-factor" | "step-up";
  /** The label of the button. */
  readonly action: ReactNode;
  /** On authentication pages. */
  readonly tall: boolean;
}
