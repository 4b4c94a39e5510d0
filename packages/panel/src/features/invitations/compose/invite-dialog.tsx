import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { AlertDialog } from "../../../ui/overlays/dialog.tsx";
import { useRolesQuery } from "../../roles/use-roles.ts";
import { type Row, toRows } from "../results/outcomes.ts";
import { ResultsDialog } from "../results/results-dialog.tsx";
import { ComposeDialog } from "./compose-dialog.tsx";
import type { InvitationOptions } from "./invitation-options.tsx";
import { useInvitationDraft } from "./use-invitation-draft.ts";

interface InviteDialogProps {
  /** Initial addresses; may be empty. */
  readonly address: string;
  readonly onClose: () => void;
}

/** The invitation dialog: the form, then the results. */
export function InviteDialog({ address, onClose }: InviteDialogProps) {
  const { t } = useLingui();
  const roles = useRolesQuery();
  const draft = useInvitationDraft(address, roles.data);
  const [sent, setSent] = useState<{
    readonly rows: readonly Row[];
    readonly options: InvitationOptions;
  } | null>(null);
  const [isConfirming, setConfirming] = useState(false);
  if (sent !== null)
    return (
      <ResultsDialog
        initialRows={sent.rows}
        options={sent.options}
        onClose={onClose}
        onMore={() => {
          draft.clear();
          setSent(null);
        }}
      />
    );
  const hasInput = draft.addresses.length > 0 || draft.text.trim() !== "" || draft.note.trim() !== "";
  return (
    <>
      <ComposeDialog
        draft={draft}
        roles={roles}
        onClose={() => (hasInput ? setConfirming(true) : onClose())}
        onLeave={onClose}
        onSent={(ready, invalid, options, { results }) => {
          draft.rememberRoles();
          setSent({ rows: toRows(ready, results, invalid), options });
        }}
      />
      <AlertDialog
        title={<Trans>Discard this invitation?</Trans>}
        isOpen={isConfirming}
        onCancel={() => setConfirming(false)}
        onConfirm={onClose}
        cancel={<Trans>Keep editing</Trans>}
        confirm={<Trans>Discard</Trans>}
        isDestructive
      >
        {t`The addresses that you entered will be lost. Nobody has been invited yet.`}
      </AlertDialog>
    </>
  );
}
