import { type FormEvent, useId, useMemo, useRef, useState } from "react";
import { type ProblemText, useFieldErrorText, useProblemText } from "../../lib/api/problem-text.tsx";
import { ApiProblem } from "../../lib/api/request.ts";
import { ErrorSummary, type FieldError } from "../../ui/forms/field.tsx";

interface SubmissionOptions<F extends string> {
  /** Names of the form's controls, top to bottom. */
  readonly fields: readonly F[];
  /** Client-side validation: errors by field. */
  readonly check: (values: Readonly<Record<F, string>>) => Partial<Record<F, string>>;
  readonly send: (values: Readonly<Record<F, string>>) => Promise<void>;
  /** Errors by field for problems that only this form knows; null for others. */
  readonly explain?: (problem: ApiProblem) => Partial<Record<F, string>> | null;
}

/** The state and handlers of a form. */
export interface Submission<F extends string> {
  readonly onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  readonly isPending: boolean;
  /** `name`, `id` and error of a control, to be spread. */
  readonly control: (field: F) => { readonly name: F; readonly id: string; readonly error?: string };
  readonly errors: readonly FieldError[];
  /** A server error that belongs to no field. */
  readonly failure: ProblemText | null;
}

type Outcome<F extends string> = {
  readonly errors: Partial<Record<F, string>>;
  readonly failure: ProblemText | null;
};

/**
 * Validates and sends an authentication form. Errors appear only after submit; errors of the server appear at the fields
 * that they name.
 */
export function useSubmission<F extends string>({
  fields,
  check,
  send,
  explain = () => null,
}: SubmissionOptions<F>): Submission<F> {
  const prefix = useId();
  const [outcome, setOutcome] = useState<Outcome<F>>({ errors: {}, failure: null });
  const [isPending, setPending] = useState(false);
  const isSending = useRef(false);
  const problemText = useProblemText();
  const fieldText = useFieldErrorText();
  const getControlId = (field: F) => `${prefix}-${field}`;

  async function submit(form: HTMLFormElement) {
    const values = read(form, fields);
    const missing = check(values);
    if (Object.keys(missing).length > 0)
      return setOutcome({ errors: sortByField(missing, fields), failure: null });
    isSending.current = true;
    setPending(true);
    try {
      await send(values);
    } catch (error) {
      const errors =
        error instanceof ApiProblem ? (explain(error) ?? readFieldErrors(error, fields, fieldText)) : {};
      setOutcome({ errors, failure: Object.keys(errors).length > 0 ? null : problemText(error) });
    } finally {
      isSending.current = false;
      setPending(false);
    }
  }

  const errors = useMemo(
    () =>
      Object.entries<string | undefined>(outcome.errors).flatMap(([field, message]) =>
        message === undefined ? [] : [{ fieldId: `${prefix}-${field}`, message }],
      ),
    [outcome, prefix],
  );
  return {
    onSubmit(event) {
      event.preventDefault();
      if (!isSending.current) void submit(event.currentTarget);
    },
    isPending,
    control(field) {
      const error = outcome.errors[field];
      return { name: field, id: getControlId(field), ...(error === undefined ? {} : { error }) };
    },
    errors,
    failure: outcome.failure,
  };
}

/** Orders errors as the fields of the form. */
function sortByField<F extends string>(
  errors: Partial<Record<F, string>>,
  fields: readonly F[],
): Partial<Record<F, string>> {
  const known = fields
    .filter((field) => errors[field] !== undefined)
    .map((field) => [field, errors[field]] as const);
  return Object.fromEntries(known) as Partial<Record<F, string>>;
}

function read<F extends string>(form: HTMLFormElement, fields: readonly F[]): Record<F, string> {
  const entries = new FormData(form);
  return Object.fromEntries(fields.map((field) => [field, String(entries.get(field) ?? "")])) as Record<
    F,
    string
  >;
}

function readFieldErrors<F extends string>(
  problem: ApiProblem,
  fields: readonly F[],
  fieldText: (code: string, detail: string) => string,
): Partial<Record<F, string>> {
  const found: Partial<Record<F, string>> = {};
  for (const { path, code, detail } of problem.errors) {
    const field = fields.find((name) => name === path);
    if (field !== undefined) found[field] ??= fieldText(code, detail);
  }
  return sortByField(found, fields);
}

/** The errors of an authentication form, above its fields. */
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
