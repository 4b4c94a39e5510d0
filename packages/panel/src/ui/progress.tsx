import { type ReactNode, useId } from "react";
import { classNames } from "./class-names.ts";
import styles from "./progress.module.css";

interface ProgressProps {
  readonly done: number;
  /** Null while nobody knows how many there are. */
  readonly total: number | null;
  /** "300 of 1,204". */
  readonly children: ReactNode;
  /** A short bar in a line of text. */
  readonly isInline?: boolean;
}

/** How far a longer work is: a bar, and the same in words. */
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
