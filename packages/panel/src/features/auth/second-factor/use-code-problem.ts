import { useLingui } from "@lingui/react/macro";
import type { ApiProblem } from "../../../lib/api/request.ts";

/** The error of the field with the code, for a wrong code; null for other problems. */
export function useCodeProblem(): <F extends string>(
  problem: ApiProblem,
  field: F,
) => Partial<Record<F, string>> | null {
  const { t } = useLingui();
  return <F extends string>({ code }: ApiProblem, field: F) =>
    code === "auth/wrong-code" || code === "second-factors/wrong-code"
      ? ({ [field]: t`This code is wrong, or it was used before` } as Partial<Record<F, string>>)
      : null;
}
