/** Tabs that are pages: links with an address of their own. */
import { Trans } from "@lingui/react/macro";
import { Children, type ReactNode } from "react";
import styles from "./tabs.module.css";
import { Hidden } from "./text.tsx";

interface TabsProps {
  /** What the tabs belong to: "Josephine Okonkwo-Baines". */
  readonly label: string;
  /** The router's `Link`s with `className={tabClass()}`; the router marks the current one. */
  readonly children: ReactNode;
}

/** A row of tabs. */
export function Tabs({ label, children }: TabsProps) {
  return (
    <nav className={styles["tabs"]} aria-label={label}>
      <ul>
        {Children.map(children, (tab) => (
          <li>{tab}</li>
        ))}
      </ul>
    </nav>
  );
}

/** Class names of one tab. */
export function tabClass(): string {
  return styles["tab"] ?? "";
}

/** The dot beside a tab that holds changes which are not saved. */
export function Unsaved() {
  return (
    <span className={styles["unsaved"]}>
      <Hidden>
        <Trans>, not saved</Trans>
      </Hidden>
    </span>
  );
}
