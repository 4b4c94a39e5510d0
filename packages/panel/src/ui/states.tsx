/** What a page shows in place of its content: nothing yet, a problem, still loading. */
import { Trans } from "@lingui/react/macro";
import { type ReactNode, useEffect, useState } from "react";
import { classNames } from "./class-names.ts";
import styles from "./states.module.css";
import text from "./text.module.css";

interface EmptyStateProps {
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** The open doorway; for "nobody here yet", not for "no match". */
  readonly hasArt?: boolean;
}

/** Nothing yet, or nothing that matches: says which, and what to do. */
export function EmptyState({ title, children, actions, hasArt = false }: EmptyStateProps) {
  return (
    <section className={styles["empty"]}>
      {hasArt ? (
        <svg className={styles["art"]} viewBox="0 0 72 84" aria-hidden="true">
          <path d="M8 83V36a28 28 0 0 1 56 0v47M1 83h70" />
          <path d="M20 83V38a16 16 0 0 1 32 0v45" strokeDasharray="3 4" />
        </svg>
      ) : null}
      <h2>{title}</h2>
      {children === undefined ? null : <p>{children}</p>}
      {actions === undefined ? null : <div className={styles["actions"]}>{actions}</div>}
    </section>
  );
}

interface FailureProps {
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly requestId?: string;
  readonly actions?: ReactNode;
  /** It stands for a whole page, so its title is the page's heading. */
  readonly isPage?: boolean;
}

/** Something failed: what, what to do, and the number to quote. */
export function Failure({ title, children, requestId = "", actions, isPage = false }: FailureProps) {
  return (
    <section className={styles["empty"]} role="alert">
      {isPage ? (
        <h1 tabIndex={-1} data-page-heading="">
          {title}
        </h1>
      ) : (
        <h2>{title}</h2>
      )}
      {children === undefined ? null : <p>{children}</p>}
      {requestId === "" ? null : (
        <p className={styles["id"]}>
          <Trans>Request {requestId}</Trans>
        </p>
      )}
      {actions === undefined ? null : <div className={styles["actions"]}>{actions}</div>}
    </section>
  );
}

interface BoneProps {
  readonly size?: "short" | "medium" | "long";
  /** The shape of a person's doorway. */
  readonly isArch?: boolean;
  readonly isLarge?: boolean;
}

/** One piece of a skeleton, where a text or a doorway will stand. */
export function Bone({ size = "medium", isArch = false, isLarge = false }: BoneProps) {
  const shape = isArch ? classNames(styles["door"], isLarge && styles["large"]) : styles[size];
  return <span className={classNames(styles["bone"], shape)} aria-hidden="true" />;
}

/**
 * Shows a skeleton, but only after 300 ms: what comes faster never flickers. Give the skeleton the geometry of what
 * it stands for.
 */
export function Skeleton({ children }: { readonly children: ReactNode }) {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div aria-busy="true">
      <span role="status" className={text["hidden"]}>
        {isShown ? <Trans>Loading…</Trans> : null}
      </span>
      <div className={classNames(!isShown && styles["waiting"])}>{children}</div>
    </div>
  );
}
