import type { Total } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { countText } from "../../../../app/lists/counts.ts";
import type { Selection } from "../../../../app/lists/use-selection.ts";
import { useCan } from "../../../../app/session/session.tsx";
import { BulkBar } from "../../../../ui/bulk-bar.tsx";
import { Button } from "../../../../ui/button.tsx";
import { FailedIcon, MailIcon } from "../../../../ui/icons.tsx";
import { LinkButton } from "../../../../ui/text.tsx";

interface BulkActionsProps {
  readonly selection: Selection;
  /** Of what is searched for. */
  readonly total: Total | null;
  readonly onAct: (action: "resend" | "revoke") => void;
  readonly onClear: () => void;
}

/** What can be done with the invitations that are selected. */
export function BulkActions({ selection, total, onAct, onClear }: BulkActionsProps) {
  const { i18n } = useLingui();
  const canSend = useCan("invitations:send");
  const canRevoke = useCan("invitations:revoke");
  const { ids, isAll } = selection;
  const matching = total?.count ?? 0;
  const all = total === null ? "" : countText(total, i18n);
  return (
    <BulkBar
      count={isAll ? matching : ids.size}
      isAtLeast={isAll && total?.exact === false}
      onClear={onClear}
      all={
        matching <= ids.size && !isAll ? null : (
          <LinkButton onClick={isAll ? selection.selectOnly : selection.selectAll}>
            {isAll ? <Trans>Only those of this page</Trans> : <Trans>Select all {all} matching</Trans>}
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
