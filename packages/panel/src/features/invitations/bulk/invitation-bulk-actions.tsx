import type { Total } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { formatCount } from "../../../lib/lists/counts.ts";
import type { Selection } from "../../../lib/lists/use-selection.ts";
import { useCan } from "../../../lib/session/session.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { FailedIcon, MailIcon } from "../../../ui/icons.tsx";
import { BulkBar } from "../../../ui/tables/bulk-bar.tsx";
import { LinkButton } from "../../../ui/text.tsx";

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
