import { type ReactNode, useId } from "react";
import styles from "./progress.module.css";

interface ProgressProps {
  readonly done: number;
  /** Null while nobody knows how many there are. */
  readonly total: number | null;
  /** "300 of 1,204". */
  readonly children: ReactNode;
}

/** How far a longer work is: a bar, and the same in words. */
export function Progress({ done, total, children }: ProgressProps) {
  const id = useId();
  return (
    <div className={styles["progress"]}>
      <progress
        aria-labelledby={id}
        {...(total === null ? {} : { value: Math.min(done, total), max: total })}
      />
      <span id={id}>{children}</span>
    </div>
  );
}
