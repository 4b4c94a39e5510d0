import type { UserImportView } from "@gatehouse/sdk/contract";
import { Trans } from "@lingui/react/macro";
import { StatusBadge } from "../../../ui/data-display/badges.tsx";
import { FailedIcon, SwapIcon, WaitingIcon, WarningIcon } from "../../../ui/icons.tsx";

/** The state of an import in a word. */
export function ImportBadge({ one }: { readonly one: UserImportView }) {
  switch (one.status) {
    case "uploaded":
    case "checked":
      return (
        <StatusBadge icon={<WaitingIcon />}>
          <Trans>Waiting for you</Trans>
        </StatusBadge>
      );
    case "checking":
    case "running":
    case "undoing":
      return (
        <StatusBadge icon={<WaitingIcon />}>
          <Trans>In progress</Trans>
        </StatusBadge>
      );
    case "done":
      return (
        <StatusBadge>
          <Trans>Done</Trans>
        </StatusBadge>
      );
    case "undone":
      return (
        <StatusBadge icon={<SwapIcon />}>
          <Trans>Undone</Trans>
        </StatusBadge>
      );
    case "cancelled":
      return (
        <StatusBadge icon={<FailedIcon />}>
          <Trans>Stopped</Trans>
        </StatusBadge>
      );
    case "failed":
      return (
        <StatusBadge tone="bad" icon={<WarningIcon />}>
          <Trans>Stopped by an error</Trans>
        </StatusBadge>
      );
  }
}
