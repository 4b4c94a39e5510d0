import type { Total } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import type { Selection } from "../../../lib/lists/list-rows.tsx";
import { formatCount } from "../../../lib/lists/paging.ts";
import { useCan } from "../../../lib/session/session.tsx";
import { useStatusMessage } from "../../../lib/status-message.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { FailedIcon, MailIcon } from "../../../ui/icons.tsx";
import { BulkBar } from "../../../ui/tables/bulk-bar.tsx";
import { LinkButton } from "../../../ui/text.tsx";
import type { InvitationSearch } from "../list/invitation-search.ts";
import { BulkDialog } from "./bulk-dialog.tsx";
import type { BulkResult, BulkTask } from "./use-bulk-run.ts";

interface InvitationBulkActionsProps {
  readonly selection: Selection;
  /** Number of matching invitations. */
  readonly total: Total | null;
  readonly onAct: (action: "resend" | "revoke") => void;
  readonly onClear: () => void;
}

/** Actions for the selected invitations. */
export function InvitationBulkActions({ selection, total, onAct, onClear }: InvitationBulkActionsProps) {
  const { i18n } = useLingui();
  const canSend = useCan("invitations:send");
  const canRevoke = useCan("invitations:revoke");
  const { ids, isAll } = selection;
  const matching = total?.count ?? 0;
  const all = total === null ? "" : formatCount(total, i18n);
  return (
    <BulkBar
      count={isAll ? matching : ids.size}
      isAtLeast={isAll && total?.exact === false}
      onClear={onClear}
      all={
        matching <= ids.size && !isAll ? null : (
          <LinkButton onClick={isAll ? selection.selectOnly : selection.selectAll}>
            {isAll ? <Trans>Only this page</Trans> : <Trans>Select all {all} matching</Trans>}
          </LinkButton>
        )
      }
    >
      {canSend ? (
        <Button icon={<MailIcon />} onClick={() => onAct("resend")}>
          <Trans>Send again</Trans>
        </Button>
      ) : null}
      {canRevoke ? (
        <Button icon={<FailedIcon />} onClick={() => onAct("revoke")}>
          <Trans>Revoke</Trans>
        </Button>
      ) : null}
    </BulkBar>
  );
}

/** Bulk actions on invitations. */
interface BulkInvitationActions {
  readonly request: (action: "resend" | "revoke", selection: Selection, total: Total | null) => void;
  readonly dialog: ReactNode;
}

/** Bulk actions on the selection; the status message of a revocation has Undo. Calls `onDone` after an action. */
export function useBulk(search: InvitationSearch, onDone: () => void): BulkInvitationActions {
  const { t } = useLingui();
  const say = useStatusMessage();
  const canRestore = useCan("invitations:send");
  const [task, setTask] = useState<BulkTask | null>(null);

  function close({ action }: BulkTask, results: readonly BulkResult[] | null) {
    setTask(null);
    if (results === null) return;
    onDone();
    const ids = results.filter(({ status }) => status === "done").map(({ invitationId }) => invitationId);
    const count = ids.length;
    if (count === 0) return say(null);
    if (action === "restore")
      return say({
        text: t`${plural(count, { one: "# invitation is pending again", other: "# invitations are pending again" })}`,
      });
    if (action === "resend") return;
    const restore: BulkTask = { action: "restore", ids, search, count, isAtLeast: false };
    say({
      text: t`${plural(count, { one: "# invitation is revoked", other: "# invitations are revoked" })}`,
      ...(canRestore ? { action: { label: t`Undo`, run: () => setTask(restore) } } : {}),
    });
  }
  return {
    request(action, { ids, isAll }, total) {
      const count = isAll ? (total?.count ?? 0) : ids.size;
      setTask({
        action,
        ids: isAll ? null : [...ids],
        search,
        count,
        isAtLeast: isAll && total?.exact === false,
      });
    },
    dialog:
      task === null ? null : (
        <BulkDialog key={task.action} task={task} onClose={(results) => close(task, results)} />
      ),
  };
}
