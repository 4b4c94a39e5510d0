/** Replacements for the content of a page or list: empty, error, loading. */
import { Trans } from "@lingui/react/macro";
import { type ReactNode, type Ref, useEffect, useState } from "react";
import { classNames } from "../class-names.ts";
import text from "../text.module.css";
import styles from "./empty-states.module.css";

interface EmptyStateProps {
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** An illustration, for "nothing yet" but not for "no match". */
  readonly hasIllustration?: boolean;
}

/** Nothing yet, or no match, with the next step. */
export function EmptyState({ title, children, actions, hasIllustration = false }: EmptyStateProps) {
  return (
    <section className={styles["empty"]}>
      {hasIllustration ? (
        <svg className={styles["illustration"]} viewBox="0 0 72 84" aria-hidden="true">
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

interface ErrorStateProps {
  readonly ref?: Ref<HTMLElement>;
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly requestId?: string;
  readonly actions?: ReactNode;
  /** Replaces a whole page, so its title is an `h1`. */
  readonly isPage?: boolean;
}

/** An error with the next step and the request id. */
export function ErrorState(props: ErrorStateProps) {
  const { ref, title, children, requestId = "", actions, isPage = false } = props;
  return (
    <section ref={ref} className={styles["empty"]} role="alert">
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

interface SkeletonProps {
  readonly size?: "short" | "medium" | "long";
  /** The shape of an avatar. */
  readonly isAvatar?: boolean;
  readonly isLarge?: boolean;
}

/** A placeholder for a text or an avatar. */
export function Skeleton({ size = "medium", isAvatar = false, isLarge = false }: SkeletonProps) {
  const shape = isAvatar ? classNames(styles["avatar"], isLarge && styles["large"]) : styles[size];
  return <span className={classNames(styles["skeleton"], shape)} aria-hidden="true" />;
}

/**
 * Shows skeletons after 300 ms, to avoid a flicker. Give them the geometry of the content.
 */
export function LoadingState({ children }: { readonly children: ReactNode }) {
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
