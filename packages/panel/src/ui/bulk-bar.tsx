import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useEffect, useEffectEvent } from "react";
import styles from "./bulk-bar.module.css";
import { Button } from "./button.tsx";

interface BulkBarProps {
  readonly count: number;
  /** Counting stopped there: "10,000+". */
  readonly isAtLeast?: boolean;
  /** "Select all 1,204 matching", where the page is not everything. */
  readonly all?: ReactNode;
  /** `Button`s, one for each action. */
  readonly children: ReactNode;
  /** The button and Escape. Say where the focus goes from the button that is gone then. */
  readonly onClear: () => void;
}

/** What can be done with the rows that are selected: in place of the filters, at the lower edge on phones. */
export function BulkBar({ count, isAtLeast = false, all, children, onClear }: BulkBarProps) {
  const { t, i18n } = useLingui();
  const clear = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented || isSomethingOpen()) return;
    event.preventDefault();
    onClear();
  });
  useEffect(() => {
    document.addEventListener("keydown", clear);
    return () => document.removeEventListener("keydown", clear);
  }, []);
  const least = i18n.number(count);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset can't be a row of a flexible box in every browser
    <div className={styles["bulk"]} role="group" aria-label={t`Actions for the selection`} data-docked="">
      <strong role="status">
        {isAtLeast ? <Trans>{least}+ selected</Trans> : <Plural value={count} other="# selected" />}
      </strong>
      {all}
      <div className={styles["acts"]}>{children}</div>
      <Button variant="quiet" className={styles["clear"]} hint="Esc" shortcut="Escape" onClick={onClear}>
        <Trans>Clear</Trans>
      </Button>
    </div>
  );
}

function isSomethingOpen(): boolean {
  const overlays = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]';
  return document.querySelector(overlays) !== null;
}
