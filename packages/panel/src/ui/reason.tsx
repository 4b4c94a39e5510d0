import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { DoneIcon, LockIcon, WarningIcon } from "./icons.tsx";
import styles from "./reason.module.css";

interface ReasonProps {
  /** `locked` for what may not be done, `plain` for a remark, `warn` and `bad` where something needs attention. */
  readonly tone?: "plain" | "locked" | "warn" | "bad";
  readonly icon?: ReactNode;
  readonly id?: string;
  readonly children: ReactNode;
}

/** The printed reason beside something that is locked, refused or worth knowing. */
export function Reason({ tone = "plain", icon, id, children }: ReasonProps) {
  const mark = icon ?? (tone === "locked" ? <LockIcon /> : tone === "plain" ? <DoneIcon /> : <WarningIcon />);
  return (
    <span
      id={id}
      className={classNames(styles["reason"], (tone === "bad" || tone === "warn") && styles[tone])}
    >
      {mark}
      <span>{children}</span>
    </span>
  );
}
