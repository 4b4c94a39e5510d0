import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { AlertDialog } from "../../ui/dialog.tsx";
import { useRolesQuery } from "../users/use-roles.ts";
import { ComposeDialog } from "./compose-dialog.tsx";
import { type Row, rowsFor } from "./outcomes.ts";
import { ResultsDialog } from "./results-dialog.tsx";
import { useDraft } from "./use-draft.ts";
import type { Terms } from "./use-terms.ts";

interface InviteDialogProps {
  /** An address to start with; may be empty. */
  readonly address: string;
  readonly onClose: () => void;
}

/** Invites people: who and with what, then what became of each. */
export function InviteDialog({ address, onClose }: InviteDialogProps) {
  const { t } = useLingui();
  const roles = useRolesQuery();
  const draft = useDraft(address, roles.data);
  const [sent, setSent] = useState<{ readonly rows: readonly Row[]; readonly terms: Terms } | null>(null);
  const [isAsking, setAsking] = useState(false);
  if (sent !== null)
    return (
      <ResultsDialog
        first={sent.rows}
        terms={sent.terms}
        onClose={onClose}
        onMore={() => {
          draft.clear();
          setSent(null);
        }}
      />
    );
  const isWritten = draft.addresses.length > 0 || draft.text.trim() !== "" || draft.note.trim() !== "";
  return (
    <>
      <ComposeDialog
        draft={draft}
        roles={roles}
        onClose={() => (isWritten ? setAsking(true) : onClose())}
        onLeave={onClose}
        onSent={(ready, wrong, terms, { results }) => {
          draft.rememberRoles();
          setSent({ rows: rowsFor(ready, results, wrong), terms });
        }}
      />
      <AlertDialog
        title={<Trans>Discard this invitation?</Trans>}
        isOpen={isAsking}
        onCancel={() => setAsking(false)}
        onConfirm={onClose}
        cancel={<Trans>Keep editing</Trans>}
        confirm={<Trans>Discard</Trans>}
        isDestructive
      >
        {t`The addresses that you wrote are lost. Nobody has been invited yet.`}
      </AlertDialog>
    </>
  );
}
