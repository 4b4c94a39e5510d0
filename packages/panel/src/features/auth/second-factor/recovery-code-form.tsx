import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "../../../ui/forms/button.tsx";
import { TextField } from "../../../ui/forms/field.tsx";
import { FormErrors, useSubmission } from "../use-submission.tsx";
import type { FactorFormProps } from "./factor-form-props.ts";
import { useCodeProblem } from "./use-code-problem.ts";

/** Asks for a recovery code. Says who helps when there is none. */
export function RecoveryCodeForm({ send, action, tall }: FactorFormProps) {
  const { t } = useLingui();
  const explain = useCodeProblem();
  const form = useSubmission({
    fields: ["recoveryCode"],
    check: ({ recoveryCode }) =>
      recoveryCode.trim() === "" ? { recoveryCode: t`Enter a recovery code` } : {},
    explain: (problem) => explain(problem, "recoveryCode"),
    send,
  });
  return (
    <form noValidate onSubmit={form.onSubmit}>
      <FormErrors form={form} />
      <TextField
        {...form.control("recoveryCode")}
        tall={tall}
        label={<Trans>Recovery code</Trans>}
        hint={
          <Trans>
            One of the ten that you saved; each works once. If you have none, an access manager in your
            organization can reset your second factors.
          </Trans>
        }
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
      />
      <Button type="submit" variant="primary" wide tall={tall} pending={form.isPending}>
        {action}
      </Button>
    </form>
  );
}
