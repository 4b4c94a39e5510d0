import { parseEmail, type SendInvitations } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useApi } from "../../../lib/api/use-api.tsx";
import { createRandomId } from "../../../lib/random-id.ts";
import { useCan } from "../../../lib/session/session.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { Dialog } from "../../../ui/overlays/dialog.tsx";
import { linkClass } from "../../../ui/text.tsx";
import type { InvitationOptions } from "../compose/invitation-options.tsx";
import { CopyLinks } from "./copy-links.tsx";
import {
  formatResultSentences,
  formatResultTitle,
  listInvitations,
  mergeInvitations,
  type Row,
  toInvalidState,
  toRowState,
} from "./outcomes.ts";
import { ResultRow } from "./result-row.tsx";
import styles from "./results.module.css";
import { useInvitationUpdates } from "./use-invitation-updates.ts";

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
  const canView = useCan("invitations:view");
  const invitations = listInvitations(rows);
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
      <CopyLinks invitations={invitations} />
      <ul className={styles["results"]}>
        {rows.map((row) => (
          <ResultRow key={row.key} row={row} onRetry={(text) => retry(row, text)} onLeave={onClose} />
        ))}
      </ul>
      {canView && invitations.length > 0 ? (
        <p>
          <Link to="/invitations" className={linkClass()} onClick={onClose}>
            <Trans>See all pending invitations</Trans>
          </Link>
        </p>
      ) : null}
    </Dialog>
  );
}

/** The rows of the results, updated while emails are queued. */
function useOutcomes(initialRows: readonly Row[], options: InvitationOptions) {
  const api = useApi();
  const [rows, setRows] = useState(initialRows);
  useInvitationUpdates(listInvitations(rows), (updates) =>
    setRows((before) => mergeInvitations(before, updates)),
  );
  const replace = (key: number, text: string, state: Row["state"]) =>
    setRows((before) => before.map((row) => (row.key === key ? { ...row, text, state } : row)));

  /** Sends the invitation again, to the same or a corrected address. Rejects with `ApiProblem`. */
  async function retry(row: Row, text: string): Promise<void> {
    const read = parseEmail(text);
    if (!read.ok) return replace(row.key, text, toInvalidState(text));
    const { state } = row;
    if (state.is === "invited" && state.invitation.email === read.email) {
      const invitation = await api("POST /organizations/:organizationId/invitations/:invitationId/resend", {
        params: { invitationId: state.invitation.id },
        idempotencyKey: createRandomId(),
      });
      return replace(row.key, read.email, { is: "invited", invitation });
    }
    const { results } = await api("POST /organizations/:organizationId/invitations", {
      body: toRequest(read.email, row.name, options),
      idempotencyKey: createRandomId(),
    });
    const [result] = results;
    if (result === undefined) return;
    replace(row.key, read.email, toRowState(result));
    // Revokes the invitation of the wrong address, whose owner could accept it.
    if (state.is === "invited" && result.invitation !== undefined)
      await api("DELETE /organizations/:organizationId/invitations/:invitationId", {
        params: { invitationId: state.invitation.id },
      }).catch(() => undefined);
  }
  return { rows, retry };
}

function toRequest(email: string, name: string | undefined, options: InvitationOptions): SendInvitations {
  const { roles, ...others } = options;
  return {
    invitations: [{ email, roles: [...roles], ...(name === undefined ? {} : { name }) }],
    ...others,
  };
}
