/** A form in a dialog: prevents double submits, shows errors, and warns before unsaved text is lost. */
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import type { Problem } from "../types.ts";
import { toProblem } from "./api.ts";

/** Props of the dialog. */
export interface FormDialogProps {
  readonly title: string;
  readonly submitLabel: string;
  /** Whether there are unsaved changes. */
  readonly isDirty: boolean;
  /** Submits the form. An error is shown, and the form stays open. */
  readonly onSubmit: () => Promise<void>;
  readonly onClose: () => void;
  /** Renders the fields with their errors by path. */
  readonly children: (errors: Readonly<Record<string, string>>, problem: Problem | null) => ReactNode;
}

/** A modal dialog. Escape closes it; with unsaved changes only the second time. */
export function FormDialog({ title, submitLabel, isDirty, onSubmit, onClose, children }: FormDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isSending, setIsSending] = useState(false);
  const [isWarned, setIsWarned] = useState(false);
  /** Fields that were changed since the last submit: their errors are hidden. */
  const [changed, setChanged] = useState<readonly string[]>([]);
  useEffect(() => dialog.current?.showModal(), []);
  // Focus the first invalid field, or the error message.
  useEffect(() => {
    if (problem === null) return;
    const find = (selector: string) => dialog.current?.querySelector<HTMLElement>(selector);
    (find('[aria-invalid="true"]') ?? find(".notice.bad"))?.focus();
  }, [problem]);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (isSending) return;
    setIsSending(true);
    try {
      await onSubmit();
    } catch (error) {
      setProblem(toProblem(error));
      setChanged([]);
      setIsSending(false);
    }
  };
  const remainingErrors = problem?.errors?.filter(({ path }) => !changed.includes(path)) ?? [];
  const errors = Object.fromEntries(remainingErrors.map(({ path, detail }) => [path, detail]));
  const recordChange = ({ target }: FormEvent): void => {
    const { name } = target as HTMLInputElement;
    setChanged((before) => [...before, name]);
    setIsWarned(false);
  };
  return (
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        if (isDirty && !isWarned) setIsWarned(true);
        else onClose();
      }}
      onClose={onClose}
    >
      <form noValidate onChange={recordChange} onSubmit={(event) => void submit(event)}>
        <h2 id={heading}>{title}</h2>
        {problem !== null && (problem.errors === undefined || remainingErrors.length > 0) && (
          <p tabIndex={-1} className="notice bad" role="alert">
            <span>
              {problem.errors === undefined ? problem.detail : "Not saved yet. Correct the marked fields."}
            </span>
          </p>
        )}
        {children(errors, problem)}
        {isWarned && (
          <p className="notice warn" role="alert">
            <span>You have unsaved changes. Press Escape again or Discard to discard them.</span>
          </p>
        )}
        <div className="buttons">
          <button type="button" className="button" onClick={onClose}>
            {isDirty ? "Discard" : "Cancel"}
          </button>
          <button type="submit" className="button primary" aria-disabled={isSending} aria-busy={isSending}>
            {submitLabel}
          </button>
        </div>
      </form>
    </dialog>
  );
}
