/** The parts of a page: header, filter bar, section, save bar, pager. */

import { Trans, useLingui } from "@lingui/react/macro";
import { createLink } from "@tanstack/react-router";
import { type ComponentProps, type ReactNode, useCallback, useId, useSyncExternalStore } from "react";
import { createPortal } from "react-dom";
import { classNames } from "../class-names.ts";
import { buttonClass } from "../forms/button.tsx";
import { ChevronLeftIcon, ChevronRightIcon } from "../icons.tsx";
import styles from "./page.module.css";

interface PageHeaderProps {
  readonly title: ReactNode;
  /** "1,204 of 3,418". */
  readonly count?: ReactNode;
  /** Pending changes by other users; at the bottom edge on phones. */
  readonly updates?: ReactNode;
  /** The primary button; at the bottom edge on phones. */
  readonly primary?: ReactNode;
  /** Other buttons. */
  readonly actions?: ReactNode;
}

/** Title, count and actions. The title takes the focus when the page opens. */
export function PageHeader({ title, count, updates, primary, actions }: PageHeaderProps) {
  return (
    <div className={styles["head"]}>
      <h1 tabIndex={-1} data-page-heading="">
        {title}
      </h1>
      {count === undefined ? null : <span className={styles["count"]}>{count}</span>}
      {updates === undefined ? null : <div className={styles["updates"]}>{updates}</div>}
      {actions === undefined ? null : <div className={styles["actions"]}>{actions}</div>}
      {primary === undefined ? null : (
        <div className={classNames(styles["actions"], styles["cta"])} data-docked="">
          {primary}
        </div>
      )}
    </div>
  );
}

/** Search and filters above a list, 32 px high like the bulk bar. */
export function Bar({ children, ...rest }: ComponentProps<"div">) {
  return (
    <div className={styles["bar"]} {...rest}>
      {children}
    </div>
  );
}

/** Class names of the back link above the header. */
export function backClass(): string {
  return styles["back"] ?? "";
}

interface SectionProps {
  readonly title: ReactNode;
  readonly aside?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A section with a heading. */
export function Section({ title, aside, actions, children }: SectionProps) {
  const id = useId();
  return (
    <section className={styles["section"]} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {aside === undefined ? null : <span className={styles["aside"]}>{aside}</span>}
        {actions === undefined ? null : <div className={styles["actions"]}>{actions}</div>}
      </header>
      {children}
    </section>
  );
}

interface SaveBarProps {
  readonly label: string;
  /** Summary of the unsaved changes. */
  readonly children: ReactNode;
  readonly actions: ReactNode;
}

/**
 * The bar with unsaved changes at the bottom edge of the page. It is the last element of the page, wherever its form is; a
 * submit button in it names the form with `form`.
 */
export function SaveBar({ label, children, actions }: SaveBarProps) {
  const page = document.getElementById("main");
  const bar = (
    <section className={styles["saveBar"]} aria-label={label} data-wide="">
      <div className={styles["summary"]}>{children}</div>
      <div className={styles["actions"]}>{actions}</div>
    </section>
  );
  return page === null ? bar : createPortal(bar, page);
}

interface PagerProps {
  /** "1–50 of 1,204". */
  readonly summary: ReactNode;
  readonly previous: ReactNode;
  readonly next: ReactNode;
}

/** The pagination of a list, with `PreviousLink` and `NextLink`. */
export function Pager({ summary, previous, next }: PagerProps) {
  const { t } = useLingui();
  return (
    <nav className={styles["pager"]} aria-label={t`Pages`}>
      <span>{summary}</span>
      <span className={styles["actions"]}>
        {previous}
        {next}
      </span>
    </nav>
  );
}

interface PagerLinkProps extends Omit<ComponentProps<"a">, "children"> {
  /** Set by the router, together with `aria-disabled`; not an attribute of `<a>`. */
  readonly disabled?: boolean;
}

function PreviousAnchor({ disabled: _, ...props }: PagerLinkProps) {
  return (
    <a {...props} className={buttonClass()}>
      <ChevronLeftIcon />
      <Trans>Previous</Trans>
    </a>
  );
}

function NextAnchor({ disabled: _, ...props }: PagerLinkProps) {
  return (
    <a {...props} className={buttonClass()}>
      <Trans>Next</Trans>
      <ChevronRightIcon />
    </a>
  );
}

/** A typed link to the page before; `disabled` on the first page. */
export const PreviousLink = createLink(PreviousAnchor);

/** A typed link to the page after; `disabled` on the last page. */
export const NextLink = createLink(NextAnchor);

/** Whether a media query matches, from the first render on. */
function useMediaQuery(query: string): boolean {
  const subscribe = useCallback(
    (changed: () => void) => {
      const list = matchMedia(query);
      list.addEventListener("change", changed);
      return () => list.removeEventListener("change", changed);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

/** Below 760 px: a top bar instead of the sidebar, sheets instead of filter bars. */
export function useIsNarrow(): boolean {
  return useMediaQuery("(max-width: 760px)");
}

/** The sidebar, the padding of the page and a scroll bar. Pixels. */
const surroundingWidth = 276;

/**
 * Whether the page has room for a table of this width in pixels; without it a list shows cards. The width is that of the
 * table's columns, with at least 240 px for the first one.
 */
export function useHasRoom(tableWidth: number): boolean {
  return useMediaQuery(`(min-width: ${Math.max(761, tableWidth + surroundingWidth)}px)`);
}
