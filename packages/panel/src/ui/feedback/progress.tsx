import { type ReactNode, useId } from "react";
import { classNames } from "../class-names.ts";
import styles from "./progress.module.css";

interface ProgressProps {
  readonly done: number;
  /** Null while the total is unknown. */
  readonly total: number | null;
  /** "300 of 1,204". */
  readonly children: ReactNode;
  /** A short bar in a line of text. */
  readonly isInline?: boolean;
}

/** A progress bar with a text. */
export function Progress({ done, total, children, isInline = false }: ProgressProps) {
  const id = useId();
  return (
    <div className={classNames(styles["progress"], isInline && styles["inline"])}>
      <progress
        aria-labelledby={id}
        {...(total === null ? {} : { value: Math.min(done, total), max: total })}
      />
      <span id={id}>{children}</span>
    </div>
  );
}
