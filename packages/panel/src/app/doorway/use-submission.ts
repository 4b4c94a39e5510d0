import { type FormEvent, useId, useMemo, useRef, useState } from "react";
import type { FieldError } from "../../ui/error-summary.tsx";
import { ApiProblem } from "../api/problem.ts";
import { type ProblemText, useFieldText, useProblemText } from "../problem-text.ts";

interface SubmissionOptions<F extends string> {
  /** Names of the form's controls, top to bottom. */
  readonly fields: readonly F[];
  /** What can be told without the server: field → what to write. */
  readonly check: (values: Readonly<Record<F, string>>) => Partial<Record<F, string>>;
  readonly send: (values: Readonly<Record<F, string>>) => Promise<void>;
}

/** A form that is checked and sent as a whole. */
export interface Submission<F extends string> {
  readonly onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  readonly isPending: boolean;
  /** `name`, `id` and error of one control; spread it. */
  readonly control: (field: F) => { readonly name: F; readonly id: string; readonly error?: string };
  readonly errors: readonly FieldError[];
  /** A refusal that belongs to no field. */
  readonly failure: ProblemText | null;
}

type Outcome<F extends string> = {
  readonly errors: Partial<Record<F, string>>;
  readonly failure: ProblemText | null;
};

/**
 * Runs a doorway form: nothing is said while somebody types; a press on submit checks all fields, sends, and puts the
 * server's objections beside the fields that they name.
 */
export function useSubmission<F extends string>({
  fields,
  check,
  send,
}: SubmissionOptions<F>): Submission<F> {
  const prefix = useId();
  const [outcome, setOutcome] = useState<Outcome<F>>({ errors: {}, failure: null });
  const [isPending, setPending] = useState(false);
  const isSending = useRef(false);
  const problemText = useProblemText();
  const fieldText = useFieldText();
  const idOf = (field: F) => `${prefix}-${field}`;

  async function submit(form: HTMLFormElement) {
    const values = read(form, fields);
    const missing = check(values);
    if (Object.keys(missing).length > 0)
      return setOutcome({ errors: inOrder(missing, fields), failure: null });
    isSending.current = true;
    setPending(true);
    try {
      await send(values);
    } catch (error) {
      const errors = error instanceof ApiProblem ? objections(error, fields, fieldText) : {};
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
      return { name: field, id: idOf(field), ...(error === undefined ? {} : { error }) };
    },
    errors,
    failure: outcome.failure,
  };
}

/** The errors top to bottom, as the fields stand. */
function inOrder<F extends string>(
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

function objections<F extends string>(
  problem: ApiProblem,
  fields: readonly F[],
  words: (code: string, detail: string) => string,
): Partial<Record<F, string>> {
  const found: Partial<Record<F, string>> = {};
  for (const { path, code, detail } of problem.errors) {
    const field = fields.find((name) => name === path);
    if (field !== undefined) found[field] ??= words(code, detail);
  }
  return inOrder(found, fields);
}
