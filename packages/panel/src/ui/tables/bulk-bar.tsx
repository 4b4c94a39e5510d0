import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useEffect, useEffectEvent } from "react";
import { Button } from "../forms/button.tsx";
import styles from "./bulk-bar.module.css";

interface BulkBarProps {
  readonly count: number;
  /** The count is a lower bound: "10,000+". */
  readonly isAtLeast?: boolean;
  /** "Select all 1,204 matching", where there are more pages. */
  readonly all?: ReactNode;
  /** `Button`s, one for each action. */
  readonly children: ReactNode;
  /** Called by the button and Escape. Move the focus, because the button is removed. */
  readonly onClear: () => void;
}

/** Actions for the selected rows: replaces the filters; at the bottom edge on phones. */
export function BulkBar({ count, isAtLeast = false, all, children, onClear }: BulkBarProps) {
  const { t, i18n } = useLingui();
  const clear = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented || isOverlayOpen()) return;
    event.preventDefault();
    onClear();
  });
  useEffect(() => {
    document.addEventListener("keydown", clear);
    return () => document.removeEventListener("keydown", clear);
  }, []);
  const least = i18n.number(count);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset can't be a flex container in every browser
    <div className={styles["bulk"]} role="group" aria-label={t`Actions for the selection`} data-docked="">
      <strong role="status">
        {isAtLeast ? <Trans>{least}+ selected</Trans> : <Plural value={count} other="# selected" />}
      </strong>
      {all}
      <div className={styles["actions"]}>{children}</div>
      <Button variant="quiet" className={styles["clear"]} hint="Esc" shortcut="Escape" onClick={onClear}>
        <Trans>Clear</Trans>
      </Button>
    </div>
  );
}

function isOverlayOpen(): boolean {
  const overlays = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]';
  return document.querySelector(overlays) !== null;
}
