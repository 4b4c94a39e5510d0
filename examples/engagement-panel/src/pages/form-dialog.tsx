/** A form in a dialog: sends once at a time, shows what was refused, and lets nobody lose a text by a slip. */
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import type { Problem } from "../shapes.ts";
import { problemOf } from "./api.ts";

/** A form. */
export interface FormDialogProps {
  readonly title: string;
  readonly submitWord: string;
  /** Whether something was written that would be lost. */
  readonly isDirty: boolean;
  /** Sends what was written. A rejection is shown and the form stays. */
  readonly onSubmit: () => Promise<void>;
  readonly onClose: () => void;
  /** Gets what is wrong with each field, by its path. */
  readonly children: (faults: Readonly<Record<string, string>>, problem: Problem | null) => ReactNode;
}

/** Opens over the page. Escape closes it; with a text in it only the second time. */
export function FormDialog({ title, submitWord, isDirty, onSubmit, onClose, children }: FormDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isSending, setIsSending] = useState(false);
  const [isWarned, setIsWarned] = useState(false);
  /** Fields that were changed since the refusal: what was wrong with them may be right now. */
  const [changed, setChanged] = useState<readonly string[]>([]);
  useEffect(() => dialog.current?.showModal(), []);
  // The first field that is wrong, or else the sentence that says what is.
  useEffect(() => {
    if (problem === null) return;
    const find = (what: string) => dialog.current?.querySelector<HTMLElement>(what);
    (find('[aria-invalid="true"]') ?? find(".note.bad"))?.focus();
  }, [problem]);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (isSending) return;
    setIsSending(true);
    try {
      await onSubmit();
    } catch (error) {
      setProblem(problemOf(error));
      setChanged([]);
      setIsSending(false);
    }
  };
  const wrong = problem?.errors?.filter(({ path }) => !changed.includes(path)) ?? [];
  const faults = Object.fromEntries(wrong.map(({ path, detail }) => [path, detail]));
  const noteChange = ({ target }: FormEvent): void => {
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
      <form noValidate onChange={noteChange} onSubmit={(event) => void submit(event)}>
        <h2 id={heading}>{title}</h2>
        {problem !== null && (problem.errors === undefined || wrong.length > 0) && (
          <p tabIndex={-1} className="note bad" role="alert">
            <span>
              {problem.errors === undefined
                ? problem.detail
                : "Nothing is saved yet: put right what is marked."}
            </span>
          </p>
        )}
        {children(faults, problem)}
        {isWarned && (
          <p className="note warn" role="alert">
            <span>What you wrote is not saved. Press Escape once more, or Discard, to let it go.</span>
          </p>
        )}
        <div className="buttons">
          <button type="button" className="button" onClick={onClose}>
            {isDirty ? "Discard" : "Cancel"}
          </button>
          <button type="submit" className="button primary" aria-disabled={isSending} aria-busy={isSending}>
            {submitWord}
          </button>
        </div>
      </form>
    </dialog>
  );
}
