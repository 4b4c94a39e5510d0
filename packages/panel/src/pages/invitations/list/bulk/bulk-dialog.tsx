import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from "react";
import { useProblemText } from "../../../../app/problem-text.ts";
import { Button } from "../../../../ui/button.tsx";
import { AlertDialog, Dialog } from "../../../../ui/dialog.tsx";
import { Progress } from "../../../../ui/progress.tsx";
import { Reason } from "../../../../ui/reason.tsx";
import { useRefresh } from "../use-invitations.ts";
import { BulkResults, DownloadFailures } from "./bulk-results.tsx";
import { type BulkResult, type BulkTask, useBulkRun } from "./use-bulk-run.ts";

interface BulkDialogProps {
  readonly task: BulkTask;
  /** With what became of each; null when nothing was begun. */
  readonly onClose: (results: readonly BulkResult[] | null) => void;
}

/** Asks, works with progress, and shows what became of each. What undoes something doesn't ask. */
export function BulkDialog({ task, onClose }: BulkDialogProps) {
  const refresh = useRefresh();
  const { state, begin, stop, resume } = useBulkRun();
  const [isAsked, setAsked] = useState(task.action === "restore");
  const hasBegun = useRef(false);
  const beginNow = useEffectEvent(() => {
    if (hasBegun.current) return;
    hasBegun.current = true;
    begin(task);
  });
  useEffect(() => {
    if (isAsked) beginNow();
  }, [isAsked]);
  const isOver = state?.phase === "finished" || state?.phase === "stopped";
  const refreshNow = useEffectEvent(refresh);
  useEffect(() => {
    if (isOver) void refreshNow();
  }, [isOver]);
  if (isAsked && state === null) return null;
  if (state === null)
    return <Question task={task} onCancel={() => onClose(null)} onConfirm={() => setAsked(true)} />;
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
              <Trans>Go on</Trans>
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
        <HowFar done={state.results.length} task={task} isStopped={state.phase === "stopped"} />
      )}
      {state.phase === "failed" ? <Problem error={state.error} /> : null}
      {isBusy ? null : <BulkResults results={state.results} />}
    </Dialog>
  );
}

interface QuestionProps {
  readonly task: BulkTask;
  readonly onCancel: () => void;
  readonly onConfirm: () => void;
}

function Question({ task, onCancel, onConfirm }: QuestionProps) {
  const { t } = useLingui();
  const { action, count } = task;
  const shared = { isOpen: true, onCancel, onConfirm };
  if (action === "revoke")
    return (
      <AlertDialog
        {...shared}
        isDestructive
        title={<Plural value={count} one="Revoke # invitation?" other="Revoke # invitations?" />}
        confirm={t`Revoke`}
      >
        {t`Their links stop working at once. You can undo it for 15 minutes.`}
      </AlertDialog>
    );
  return (
    <AlertDialog
      {...shared}
      title={<Plural value={count} one="Send # invitation again?" other="Send # invitations again?" />}
      confirm={t`Send again`}
    >
      {t`Each address gets a mail with a new link. The links that were sent before stop working.`}
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

/** "On their way" and not "sent": that is the mail server's to say. */
function DoneTitle({ task: { action }, results }: DoneTitleProps): ReactNode {
  const done = results.filter(({ status }) => status === "done");
  const count = done.length;
  switch (action) {
    case "resend":
      return done.some(({ invitation }) => invitation?.delivery === "queued") ? (
        <Plural
          value={count}
          one="# invitation is on its way again"
          other="# invitations are on their way again"
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

interface HowFarProps {
  readonly done: number;
  readonly task: BulkTask;
  readonly isStopped: boolean;
}

function HowFar({ done, task, isStopped }: HowFarProps) {
  const { i18n } = useLingui();
  const so = i18n.number(done);
  const all = `${i18n.number(task.count)}${task.isAtLeast ? "+" : ""}`;
  return (
    <Progress done={done} total={task.isAtLeast && done >= task.count ? null : task.count}>
      {isStopped ? (
        <Trans>
          Stopped after {so} of {all}. What is done stays done.
        </Trans>
      ) : (
        <Trans>
          {so} of {all}
        </Trans>
      )}
    </Progress>
  );
}

function Problem({ error }: { readonly error: unknown }) {
  const { title, text } = useProblemText()(error);
  return (
    <div role="alert">
      <Reason tone="bad">
        {title}. {text}
      </Reason>
    </div>
  );
}
