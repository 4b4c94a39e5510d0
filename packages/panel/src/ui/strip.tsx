import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { IconButton } from "./button.tsx";
import { classNames } from "./class-names.ts";
import { CloseIcon, DoneIcon, WarningIcon } from "./icons.tsx";
import styles from "./strip.module.css";

interface StripProps {
  readonly tone?: "good" | "warn" | "bad";
  readonly children: ReactNode;
  /** "Undo" as a `LinkButton`, for instance. */
  readonly action?: ReactNode;
  readonly onDismiss?: () => void;
}

/** What happened, in one line above the content. Put it into a `role="status"` that is always there. */
export function Strip({ tone = "good", children, action, onDismiss }: StripProps) {
  const { t } = useLingui();
  return (
    <div className={classNames(styles["strip"], tone !== "good" && styles[tone])}>
      {tone === "good" ? <DoneIcon /> : <WarningIcon />}
      <span>{children}</span>
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
