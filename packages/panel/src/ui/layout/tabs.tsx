/** Tabs as links. */
import { Trans } from "@lingui/react/macro";
import { Children, type ReactNode, useEffect, useRef } from "react";
import { VisuallyHidden } from "../text.tsx";
import styles from "./tabs.module.css";

interface TabsProps {
  /** The accessible name: "Josephine Okonkwo-Baines". */
  readonly label: string;
  /** `Link`s with `className={tabClass()}`; the router sets `aria-current`. */
  readonly children: ReactNode;
}

/** A row of tabs. It scrolls where they don't fit, with the current one visible. */
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

/** Class names of a tab. */
export function tabClass(): string {
  return styles["tab"] ?? "";
}

/** A dot beside a tab with unsaved changes. */
export function UnsavedIndicator() {
  return (
    <span className={styles["unsaved"]}>
      <VisuallyHidden>
        <Trans>, not saved</Trans>
      </VisuallyHidden>
    </span>
  );
}
