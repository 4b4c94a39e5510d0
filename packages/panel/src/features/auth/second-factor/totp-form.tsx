import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "../../../ui/forms/button.tsx";
import { TextField } from "../../../ui/forms/field.tsx";
import { FormErrors, useSubmission } from "../use-submission.tsx";
import type { FactorFormProps } from "./factor-form-props.ts";
import { useCodeProblem } from "./use-code-problem.ts";

/** Asks for the code of the authenticator app. */
export function TotpForm({ send, action, tall }: FactorFormProps) {
  const { t } = useLingui();
  const explain = useCodeProblem();
  const form = useSubmission({
    fields: ["code"],
    check: ({ code }) => (code.trim() === "" ? { code: t`Enter the code` } : {}),
    explain: (problem) => explain(problem, "code"),
    send,
  });
  return (
    <form noValidate onSubmit={form.onSubmit}>
      <FormErrors form={form} />
      <TextField
        {...form.control("code")}
        tall={tall}
        label={<Trans>Code</Trans>}
        hint={<Trans>The six digits that your authenticator app shows now.</Trans>}
        autoComplete="one-time-code"
        inputMode="numeric"
        autoFocus
      />
      <Button type="submit" variant="primary" wide tall={tall} pending={form.isPending}>
        {action}
      </Button>
    </form>
  );
}
