import { Plural } from "@lingui/react/macro";
import { type MouseEvent, type ReactNode, useEffect, useRef } from "react";
import { WarningIcon } from "../icons.tsx";
import styles from "./error-summary.module.css";

/** An error, and the id of its control. */
export interface FieldError {
  readonly fieldId: string;
  readonly message: string;
}

interface ErrorSummaryProps {
  /** A new array for each submit, which moves the focus to the summary. */
  readonly errors: readonly FieldError[];
  /** The title of an error that belongs to no field. */
  readonly title?: ReactNode;
  /** Its text. */
  readonly children?: ReactNode;
}

/** The errors of a form, above its fields. It takes the focus when it appears; each error links to its field. */
export function ErrorSummary({ errors, title, children }: ErrorSummaryProps) {
  const region = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new array means a new submit
  useEffect(() => region.current?.focus(), [errors]);
  return (
    <div ref={region} className={styles["summary"]} role="alert" tabIndex={-1}>
      <WarningIcon />
      <p className={styles["title"]}>
        {title ?? (
          <Plural value={errors.length} one="One thing needs correcting" other="# things need correcting" />
        )}
      </p>
      {children === undefined ? null : <p className={styles["text"]}>{children}</p>}
      {errors.length === 0 ? null : (
        <ul>
          {errors.map(({ fieldId, message }) => (
            <li key={fieldId}>
              <a
                className={styles["link"]}
                href={`#${fieldId}`}
                onClick={(event) => focusField(event, fieldId)}
              >
                {message}
              </a>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Moves the focus without changing the URL, whose fragment may contain a token. */
function focusField(event: MouseEvent, fieldId: string) {
  event.preventDefault();
  document.getElementById(fieldId)?.focus();
}
