import type { ReactNode } from "react";
import { classNames } from "../class-names.ts";
import { DoneIcon, LockIcon, WarningIcon } from "../icons.tsx";
import styles from "./inline-notice.module.css";

interface InlineNoticeProps {
  /** `locked` for a disabled control, `plain` for information, `warn` and `bad` for warnings and errors. */
  readonly tone?: "plain" | "locked" | "warn" | "bad";
  readonly icon?: ReactNode;
  readonly id?: string;
  readonly children: ReactNode;
}

/** A short text with an icon next to a control: a reason, a warning or an error. */
export function InlineNotice({ tone = "plain", icon, id, children }: InlineNoticeProps) {
  const symbol =
    icon ?? (tone === "locked" ? <LockIcon /> : tone === "plain" ? <DoneIcon /> : <WarningIcon />);
  return (
    <span
      id={id}
      className={classNames(styles["notice"], (tone === "bad" || tone === "warn") && styles[tone])}
    >
      {symbol}
      <span>{children}</span>
    </span>
  );
}
