import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { IconButton } from "./button.tsx";
import { classNames } from "./class-names.ts";
import { CloseIcon, DoneIcon, WaitingIcon, WarningIcon } from "./icons.tsx";
import styles from "./strip.module.css";

interface StripProps {
  /** `busy` while something is still going on. */
  readonly tone?: "good" | "warn" | "bad" | "busy";
  readonly children: ReactNode;
  /** How far it has come. A screen reader isn't told every step of it. */
  readonly progress?: ReactNode;
  /** "Undo" as a `LinkButton`, for instance. */
  readonly action?: ReactNode;
  readonly onDismiss?: () => void;
}

/** What happened, in one line above the content. Put it into a `role="status"` that is always there. */
export function Strip({ tone = "good", children, progress, action, onDismiss }: StripProps) {
  const { t } = useLingui();
  return (
    <div className={classNames(styles["strip"], tone !== "good" && styles[tone])}>
      {tone === "good" ? <DoneIcon /> : tone === "busy" ? <WaitingIcon /> : <WarningIcon />}
      <div className={styles["text"]}>
        <span>{children}</span>
        {progress === undefined ? null : <div aria-live="off">{progress}</div>}
      </div>
      <span className={styles["acts"]}>
        {action}
        {onDismiss === undefined ? null : (
          <IconButton label={t`Dismiss`} onClick={onDismiss}>
            <CloseIcon />
          </IconButton>
        )}
      </span>
    </div>
  );
}
