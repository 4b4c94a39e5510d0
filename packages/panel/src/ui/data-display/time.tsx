/** Instants on a page, relative to the current time. */
import { useLingui } from "@lingui/react";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { classNames } from "../class-names.ts";
import { absoluteTime, dateOnly, relativePhrase, relativeTime } from "./relative-time.ts";
import styles from "./time.module.css";

interface TimeProps {
  /** RFC 3339. */
  readonly at: string;
  /**
   * `relative` ("Yesterday"), `phrase` for the same inside a sentence ("yesterday"), `date` ("3 Mar 2026") or `full`
   * (with time and zone).
   */
  readonly as?: "relative" | "phrase" | "date" | "full";
  /** Aligns the tooltip to the end, at the right edge. */
  readonly isAtEnd?: boolean;
}

/**
 * A relative time, with date, time and zone in a tooltip on hover, until Escape. Not focusable: a list would have a tab stop
 * for each row. Use `full` where the exact time matters, such as in the audit log.
 */
export function Time({ at, as = "relative", isAtEnd = false }: TimeProps) {
  const { i18n } = useLingui();
  const now = useNow();
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (!isShown) return;
    const hide = (event: KeyboardEvent) => (event.key === "Escape" ? setShown(false) : undefined);
    document.addEventListener("keydown", hide);
    return () => document.removeEventListener("keydown", hide);
  }, [isShown]);
  const instant = new Date(at);
  const absolute = absoluteTime(instant, i18n.locale);
  if (as === "full") return <time dateTime={at}>{absolute}</time>;
  return (
    <time
      className={styles["time"]}
      dateTime={at}
      onMouseEnter={() => setShown(true)}
      onMouseLeave={() => setShown(false)}
    >
      {as === "date"
        ? dateOnly(instant, i18n.locale)
        : (as === "phrase" ? relativePhrase : relativeTime)(instant, now, i18n.locale)}
      {isShown ? (
        <span role="tooltip" className={classNames(styles["tooltip"], isAtEnd && styles["end"])}>
          {absolute}
        </span>
      ) : null}
    </time>
  );
}

const NowContext = createContext<Date | null>(null);

/** Provides the current time, updated every 30 seconds, for relative times. */
export function NowProvider({ children }: { readonly children: ReactNode }) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return <NowContext value={now}>{children}</NowContext>;
}

/** The current time, accurate to 30 seconds. */
export function useNow(): Date {
  return useContext(NowContext) ?? new Date();
}
