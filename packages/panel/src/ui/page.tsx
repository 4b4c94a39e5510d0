/** The parts of every page: header, bar, section, docked bar, pager. */

import { Trans, useLingui } from "@lingui/react/macro";
import { createLink } from "@tanstack/react-router";
import { type ComponentProps, type ReactNode, useId } from "react";
import { buttonClass } from "./button.tsx";
import { classNames } from "./class-names.ts";
import { ChevronLeftIcon, ChevronRightIcon } from "./icons.tsx";
import styles from "./page.module.css";

interface PageHeaderProps {
  readonly title: ReactNode;
  /** "1,204 of 3,418". */
  readonly count?: ReactNode;
  /** What others changed meanwhile; over the lower edge on phones. */
  readonly news?: ReactNode;
  /** The view's primary button; docked at the lower edge on phones. */
  readonly primary?: ReactNode;
  /** Other buttons. */
  readonly actions?: ReactNode;
}

/** Title, count and actions. The title takes the focus when the page opens. */
export function PageHeader({ title, count, news, primary, actions }: PageHeaderProps) {
  return (
    <div className={styles["head"]}>
      <h1 tabIndex={-1} data-page-heading="">
        {title}
      </h1>
      {count === undefined ? null : <span className={styles["count"]}>{count}</span>}
      {news === undefined ? null : <div className={styles["news"]}>{news}</div>}
      {actions === undefined ? null : <div className={styles["actions"]}>{actions}</div>}
      {primary === undefined ? null : (
        <div className={classNames(styles["actions"], styles["cta"])} data-docked="">
          {primary}
        </div>
      )}
    </div>
  );
}

/** Search and filters above a list, 32 px high like the bar that replaces them. */
export function Bar({ children, ...rest }: ComponentProps<"div">) {
  return (
    <div className={styles["bar"]} {...rest}>
      {children}
    </div>
  );
}

/** Class names of the way back to the list, above a page's header. */
export function backClass(): string {
  return styles["back"] ?? "";
}

interface SectionProps {
  readonly title: ReactNode;
  readonly aside?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A part of a page with a heading of its own. */
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

interface DockProps {
  readonly label: string;
  /** What is staged, in words. */
  readonly children: ReactNode;
  readonly actions: ReactNode;
}

/** The bar of unsaved changes at the lower edge of a page. */
export function Dock({ label, children, actions }: DockProps) {
  return (
    <section className={styles["dock"]} aria-label={label}>
      <div className={styles["sum"]}>{children}</div>
      <div className={styles["actions"]}>{actions}</div>
    </section>
  );
}

interface PagerProps {
  /** "1–50 of 1,204". */
  readonly summary: ReactNode;
  readonly previous: ReactNode;
  readonly next: ReactNode;
}

/** The foot of a list: where one is, `PreviousLink`, `NextLink`. */
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
  /** The router says it to whatever it draws; a link has `aria-disabled` and no such attribute. */
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
