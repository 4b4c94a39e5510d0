import type { Total } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import type { Selection } from "../../../lib/lists/use-selection.ts";
import { useCan } from "../../../lib/session/session.tsx";
import { useStatusMessage } from "../../../lib/status-message.tsx";
import type { InvitationSearch } from "../list/invitation-search.ts";
import { BulkDialog } from "./bulk-dialog.tsx";
import type { BulkResult, BulkTask } from "./use-bulk-run.ts";

/** Bulk actions on invitations. */
export interface BulkInvitationActions {
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
