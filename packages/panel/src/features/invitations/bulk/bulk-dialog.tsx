import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from "react";
import { ProblemNotice, useItemErrorText } from "../../../lib/api/problem-text.tsx";
import { downloadCsv } from "../../../lib/lists/download.ts";
import { useSession } from "../../../lib/session/session.tsx";
import { DeliveryBadge, StatusBadge } from "../../../ui/data-display/badges.tsx";
import { Progress } from "../../../ui/feedback/progress.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { DownloadIcon, FailedIcon } from "../../../ui/icons.tsx";
import { AlertDialog, Dialog } from "../../../ui/overlays/dialog.tsx";
import { useRefreshInvitations } from "../list/use-invitations.ts";
import styles from "./bulk-dialog.module.css";
import { type BulkResult, type BulkTask, useBulkRun } from "./use-bulk-run.ts";

interface BulkDialogProps {
  readonly task: BulkTask;
  /** The result of each invitation; null if nothing was started. */
  readonly onClose: (results: readonly BulkResult[] | null) => void;
}

/** Asks for confirmation, shows progress, then the results. Undo needs no confirmation. */
export function BulkDialog({ task, onClose }: BulkDialogProps) {
  const refresh = useRefreshInvitations();
  const { state, start, stop, resume } = useBulkRun();
  const [isConfirmed, setConfirmed] = useState(task.action === "restore");
  const hasStarted = useRef(false);
  const startNow = useEffectEvent(() => {
    if (hasStarted.current) return;
    hasStarted.current = true;
    start(task);
  });
  useEffect(() => {
    if (isConfirmed) startNow();
  }, [isConfirmed]);
  const isOver = state?.phase === "finished" || state?.phase === "stopped";
  const refreshNow = useEffectEvent(refresh);
  useEffect(() => {
    if (isOver) void refreshNow();
  }, [isOver]);
  if (isConfirmed && state === null) return null;
  if (state === null)
    return <ConfirmDialog task={task} onCancel={() => onClose(null)} onConfirm={() => setConfirmed(true)} />;
  const isBusy = state.phase === "running" || state.phase === "stopping";
  const close = () => (isBusy ? stop() : onClose(state.results));
  return (
    <Dialog
      isOpen
      title={isOver ? <DoneTitle task={task} results={state.results} /> : <BusyTitle task={task} />}
      onClose={close}
      actions={
        <>
          {isOver ? <DownloadFailures results={state.results} /> : null}
          {state.phase === "stopped" ? (
            <Button big onClick={resume}>
              <Trans>Continue</Trans>
            </Button>
          ) : null}
          {state.phase === "failed" ? (
            <>
              <Button big onClick={close}>
                <Trans>Close</Trans>
              </Button>
              <Button big variant="primary" onClick={resume}>
                <Trans>Try again</Trans>
              </Button>
            </>
          ) : null}
          {isBusy ? (
            <Button big pending={state.phase === "stopping"} onClick={stop}>
              <Trans>Stop</Trans>
            </Button>
          ) : null}
          {isOver ? (
            <Button big variant="primary" autoFocus onClick={close}>
              <Trans>Done</Trans>
            </Button>
          ) : null}
        </>
      }
    >
      {isOver && state.results.length >= task.count ? null : (
        <ProgressText done={state.results.length} task={task} isStopped={state.phase === "stopped"} />
      )}
      {state.phase === "failed" ? <ProblemNotice error={state.error} /> : null}
      {isBusy ? null : <BulkResults results={state.results} />}
    </Dialog>
  );
}

interface ConfirmDialogProps {
  readonly task: BulkTask;
  readonly onCancel: () => void;
  readonly onConfirm: () => void;
}

function ConfirmDialog({ task, onCancel, onConfirm }: ConfirmDialogProps) {
  const { t } = useLingui();
  const { action, count } = task;
  const hasMail = useSession().me.mail === "smtp";
  const shared = { isOpen: true, onCancel, onConfirm };
  if (action === "revoke")
    return (
      <AlertDialog
        {...shared}
        isDestructive
        title={<Plural value={count} one="Revoke # invitation?" other="Revoke # invitations?" />}
        confirm={t`Revoke`}
      >
        {t`Their links stop working immediately. You can undo this for 15 minutes.`}
      </AlertDialog>
    );
  if (!hasMail)
    return (
      <AlertDialog
        {...shared}
        title={<Plural value={count} one="Create a new link?" other="Create new links for # invitations?" />}
        confirm={<Plural value={count} one="Create link" other="Create links" />}
      >
        {t`Earlier links stop working. No mail server is set up, so no e-mail is sent: copy the new links from the list.`}
      </AlertDialog>
    );
  return (
    <AlertDialog
      {...shared}
      title={<Plural value={count} one="Send # invitation again?" other="Send # invitations again?" />}
      confirm={t`Send again`}
    >
      {t`Each address gets an e-mail with a new link. Earlier links stop working.`}
    </AlertDialog>
  );
}

function BusyTitle({ task: { action } }: { readonly task: BulkTask }): ReactNode {
  switch (action) {
    case "resend":
      return <Trans>Sending again…</Trans>;
    case "revoke":
      return <Trans>Revoking…</Trans>;
    case "restore":
      return <Trans>Restoring…</Trans>;
  }
}

interface DoneTitleProps {
  readonly task: BulkTask;
  readonly results: readonly BulkResult[];
}

/** "Being sent", not "sent": only the mail server can confirm that. */
function DoneTitle({ task: { action }, results }: DoneTitleProps): ReactNode {
  const done = results.filter(({ status }) => status === "done");
  const count = done.length;
  switch (action) {
    case "resend":
      return done.some(({ invitation }) => invitation?.delivery === "queued") ? (
        <Plural
          value={count}
          one="# invitation is being sent again"
          other="# invitations are being sent again"
        />
      ) : (
        <Plural value={count} one="# invitation has a new link" other="# invitations have new links" />
      );
    case "revoke":
      return <Plural value={count} one="# invitation revoked" other="# invitations revoked" />;
    case "restore":
      return <Plural value={count} one="# invitation restored" other="# invitations restored" />;
  }
}

interface ProgressTextProps {
  readonly done: number;
  readonly task: BulkTask;
  readonly isStopped: boolean;
}

function ProgressText({ done, task, isStopped }: ProgressTextProps) {
  const { i18n } = useLingui();
  const count = i18n.number(done);
  const all = `${i18n.number(task.count)}${task.isAtLeast ? "+" : ""}`;
  return (
    <Progress done={done} total={task.isAtLeast && done >= task.count ? null : task.count}>
      {isStopped ? (
        <Trans>
          Stopped after {count} of {all}. Completed changes are kept.
        </Trans>
      ) : (
        <Trans>
          {count} of {all}
        </Trans>
      )}
    </Progress>
  );
}

/** How many results are shown; the download has all of them. */
const maxShown = 200;

/** The result of each invitation, failures with their reason first. */
function BulkResults({ results }: { readonly results: readonly BulkResult[] }) {
  const { t } = useLingui();
  const failed = results.filter(({ status }) => status === "refused");
  const shown = [...failed, ...results.filter(({ status }) => status === "done")].slice(0, maxShown);
  const remaining = results.length - shown.length;
  if (results.length === 0) return null;
  return (
    <>
      {failed.length === 0 ? null : (
        <p>
          <Plural value={failed.length} one="# could not be changed." other="# could not be changed." />
        </p>
      )}
      <ul className={styles["results"]} aria-label={t`Results`}>
        {shown.map((result) => (
          <Row key={result.invitationId} result={result} />
        ))}
      </ul>
      {remaining > 0 ? (
        <p>
          <Plural value={remaining} one="and # more" other="and # more" />
        </p>
      ) : null}
    </>
  );
}

function Row({ result }: { readonly result: BulkResult }) {
  const { t } = useLingui();
  const refusalText = useItemErrorText();
  const { status, invitation } = result;
  return (
    <li>
      <span className={styles["address"]}>{invitation?.email ?? t`Deleted invitation`}</span>
      {status === "refused" || invitation === undefined ? (
        <>
          <StatusBadge tone="bad" icon={<FailedIcon />}>
            <Trans>Not changed</Trans>
          </StatusBadge>
          <span className={styles["why"]}>{refusalText(result)}</span>
        </>
      ) : invitation.status === "revoked" ? (
        <StatusBadge>
          <Trans>Revoked</Trans>
        </StatusBadge>
      ) : (
        <DeliveryBadge delivery={invitation.delivery} />
      )}
    </li>
  );
}

/** Downloads the failures as a file, if there are any. */
function DownloadFailures({ results }: { readonly results: readonly BulkResult[] }) {
  const { t } = useLingui();
  const refusalText = useItemErrorText();
  const refused = results.filter(({ status }) => status === "refused");
  if (refused.length === 0) return null;
  const save = () =>
    downloadCsv("invitations-not-changed.csv", [
      [t`E-mail`, t`Reason`],
      ...refused.map((result) => [result.invitation?.email ?? "", refusalText(result)]),
    ]);
  return (
    <Button big icon={<DownloadIcon />} onClick={save}>
      <Trans>Download failures</Trans>
    </Button>
  );
}
