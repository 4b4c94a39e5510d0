import type { ReactNode } from "react";
import { WarningIcon } from "../../ui/icons.tsx";
import styles from "./conflict-frame.module.css";

/** The frame of what is said when somebody else saved while a draft was written; read out at once. */
export function ConflictFrame({ children }: { readonly children: ReactNode }) {
  return (
    <div className={styles["frame"]} role="alert">
      <WarningIcon />
      <div>{children}</div>
    </div>
  );
}
