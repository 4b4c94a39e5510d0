import { Plural, Trans } from "@lingui/react/macro";
import { useOrganization } from "../../../lib/session/session.tsx";
import { AlertDialog } from "../../../ui/overlays/dialog.tsx";
import { type JobTarget, useStartJob } from "./use-start-job.ts";

interface StatusDialogProps {
  readonly action: "suspend" | "restore";
  readonly chosen: JobTarget;
  readonly onStarted: () => void;
  readonly onClose: () => void;
}

/** Asks for confirmation before many users are suspended or restored. */
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
          They are signed out immediately and can’t use {place} until someone restores their access. They keep
          their roles. You can undo this.
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
  if (count === null) return <Trans>Suspend all matching users?</Trans>;
  return <Plural value={count} one="Suspend # user?" other="Suspend # users?" />;
}

function RestoreTitle({ count }: Counted) {
  if (count === null) return <Trans>Restore access for all matching users?</Trans>;
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
