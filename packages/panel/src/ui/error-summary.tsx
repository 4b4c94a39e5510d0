import { Plural } from "@lingui/react/macro";
import { type MouseEvent, type ReactNode, useEffect, useRef } from "react";
import styles from "./error-summary.module.css";
import { WarningIcon } from "./icons.tsx";

/** One thing to correct, and the control where. */
export interface FieldError {
  readonly fieldId: string;
  readonly message: string;
}

interface ErrorSummaryProps {
  /** A new array each time that the form was sent: the summary then takes the focus again. */
  readonly errors: readonly FieldError[];
  /** What went wrong, where no field is to blame. */
  readonly title?: ReactNode;
  /** What to do about it. */
  readonly children?: ReactNode;
}

/** What stopped a form, above it. It takes the focus when it appears, and each line leads to its field. */
export function ErrorSummary({ errors, title, children }: ErrorSummaryProps) {
  const region = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each failed try has its own array and deserves the focus
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
              <a className={styles["link"]} href={`#${fieldId}`} onClick={(event) => leadTo(event, fieldId)}>
                {message}
              </a>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Moves the focus without touching the address: its fragment may hold a token. */
function leadTo(event: MouseEvent, fieldId: string) {
  event.preventDefault();
  document.getElementById(fieldId)?.focus();
}
