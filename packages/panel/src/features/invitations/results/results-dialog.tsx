import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useRef } from "react";
import { Button } from "../../../ui/forms/button.tsx";
import { Dialog } from "../../../ui/overlays/dialog.tsx";
import type { InvitationOptions } from "../compose/use-invitation-options.ts";
import { formatResultSentences, formatResultTitle, type Row } from "./outcomes.ts";
import { ResultRow } from "./result-row.tsx";
import styles from "./results.module.css";
import { useOutcomes } from "./use-outcomes.ts";

interface ResultsDialogProps {
  readonly initialRows: readonly Row[];
  readonly options: InvitationOptions;
  readonly onClose: () => void;
  readonly onMore: () => void;
}

/** The results of an invitation request. */
export function ResultsDialog({ initialRows, options, onClose, onMore }: ResultsDialogProps) {
  const { i18n } = useLingui();
  const { rows, retry } = useOutcomes(initialRows, options);
  const summary = useRef<HTMLParagraphElement>(null);
  // The pressed button was removed with the form.
  useEffect(() => summary.current?.focus(), []);
  return (
    <Dialog
      title={formatResultTitle(rows, i18n)}
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
        {formatResultSentences(rows, i18n).join(" ")}
      </p>
      <ul className={styles["results"]}>
        {rows.map((row) => (
          <ResultRow key={row.key} row={row} onRetry={(text) => retry(row, text)} />
        ))}
      </ul>
    </Dialog>
  );
}
