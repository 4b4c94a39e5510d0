import { Plural, Trans } from "@lingui/react/macro";
import { useOrganization } from "../../../../app/session/session.tsx";
import { AlertDialog } from "../../../../ui/dialog.tsx";
import { type Chosen, useStartJob } from "./use-start-job.ts";

interface StatusDialogProps {
  readonly action: "suspend" | "restore";
  readonly chosen: Chosen;
  readonly onStarted: () => void;
  readonly onClose: () => void;
}

/** The question before many users are suspended or let in again: how many, and what it means for them. */
export function StatusDialog({ action, chosen, onStarted, onClose }: StatusDialogProps) {
  const { name: place } = useOrganization();
  const { start, isPending, problem } = useStartJob(chosen, onStarted);
  const { count } = chosen;
  const isSuspension = action === "suspend";
  return (
    <AlertDialog
      isOpen
      title={isSuspension ? <SuspendTitle count={count} /> : <RestoreTitle count={count} />}
      confirm={isSuspension ? <SuspendVerb count={count} /> : <RestoreVerb count={count} />}
      onCancel={onClose}
      onConfirm={() => start({ action })}
      isPending={isPending}
      {...(problem === null ? {} : { problem })}
    >
      {isSuspension ? (
        <Trans>
          They are signed out at once and can’t get into {place} until somebody restores their access. Their
          roles stay. You can undo this.
        </Trans>
      ) : (
        <Trans>They can sign in to {place} again, with the roles that they had. You can undo this.</Trans>
      )}
    </AlertDialog>
  );
}

interface Counted {
  readonly count: number | null;
}

function SuspendTitle({ count }: Counted) {
  if (count === null) return <Trans>Suspend every user who matches?</Trans>;
  return <Plural value={count} one="Suspend # user?" other="Suspend # users?" />;
}

function RestoreTitle({ count }: Counted) {
  if (count === null) return <Trans>Restore access for every user who matches?</Trans>;
  return <Plural value={count} one="Restore access for # user?" other="Restore access for # users?" />;
}

function SuspendVerb({ count }: Counted) {
  if (count === null) return <Trans>Suspend all</Trans>;
  return <Plural value={count} one="Suspend # user" other="Suspend # users" />;
}

function RestoreVerb({ count }: Counted) {
  if (count === null) return <Trans>Restore all</Trans>;
  return <Plural value={count} one="Restore # user" other="Restore # users" />;
}
