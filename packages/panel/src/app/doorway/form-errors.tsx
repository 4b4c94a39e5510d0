import { ErrorSummary } from "../../ui/error-summary.tsx";
import type { Submission } from "./use-submission.ts";

/** What stopped a doorway form, above its fields. */
export function FormErrors({ form }: { readonly form: Pick<Submission<string>, "errors" | "failure"> }) {
  if (form.failure !== null) {
    return (
      <ErrorSummary errors={form.errors} title={form.failure.title}>
        {form.failure.text}
      </ErrorSummary>
    );
  }
  return form.errors.length > 0 ? <ErrorSummary errors={form.errors} /> : null;
}
