/** Tabs that are pages: links with an address of their own. */
import { Trans } from "@lingui/react/macro";
import { Children, type ReactNode, useEffect, useRef } from "react";
import styles from "./tabs.module.css";
import { Hidden } from "./text.tsx";

interface TabsProps {
  /** What the tabs belong to: "Josephine Okonkwo-Baines". */
  readonly label: string;
  /** The router's `Link`s with `className={tabClass()}`; the router marks the current one. */
  readonly children: ReactNode;
}

/** A row of tabs. Where they don't fit they scroll, and the current one is in sight. */
export function Tabs({ label, children }: TabsProps) {
  const row = useRef<HTMLElement>(null);
  useEffect(() => {
    const current = row.current?.querySelector<HTMLElement>("[aria-current]");
    if (row.current === null || !current) return;
    const { left, right } = current.getBoundingClientRect();
    const edges = row.current.getBoundingClientRect();
    if (left < edges.left || right > edges.right) row.current.scrollLeft += left - edges.left;
  });
  return (
    <nav ref={row} className={styles["tabs"]} aria-label={label}>
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
