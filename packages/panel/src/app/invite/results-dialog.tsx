import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useRef } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { type Row, resultSentences, resultTitle } from "./outcomes.ts";
import { ResultRow } from "./result-row.tsx";
import styles from "./results.module.css";
import { useOutcomes } from "./use-outcomes.ts";
import type { Terms } from "./use-terms.ts";

interface ResultsDialogProps {
  readonly first: readonly Row[];
  readonly terms: Terms;
  readonly onClose: () => void;
  readonly onMore: () => void;
}

/** What became of each address, with its link and, where it failed, another try. */
export function ResultsDialog({ first, terms, onClose, onMore }: ResultsDialogProps) {
  const { i18n } = useLingui();
  const { rows, retry } = useOutcomes(first, terms);
  const summary = useRef<HTMLParagraphElement>(null);
  // The pressed button went with the form.
  useEffect(() => summary.current?.focus(), []);
  return (
    <Dialog
      title={resultTitle(rows, i18n)}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button big onClick={onMore}>
            <Trans>Invite more</Trans>
          </Button>
          <Button big variant="primary" onClick={onClose}>
            <Trans>Done</Trans>
          </Button>
        </>
      }
    >
      <p ref={summary} className={styles["summary"]} tabIndex={-1} aria-live="polite">
        {resultSentences(rows, i18n).join(" ")}
      </p>
      <ul className={styles["results"]}>
        {rows.map((row) => (
          <ResultRow key={row.key} row={row} onRetry={(text) => retry(row, text)} />
        ))}
      </ul>
    </Dialog>
  );
}
