import {
  displayEmail,
  type UserJobAction,
  type UserJobOutcome,
  type UserJobResult,
  type UserJobView,
} from "@gatehouse/sdk/contract";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";
import { ProblemState, useItemErrorText, useProblemText } from "../../../../lib/api/problem-text.tsx";
import { buildUrl } from "../../../../lib/api/request.ts";
import { useApi, useApiKey, useApiQuery } from "../../../../lib/api/use-api.tsx";
import { useOrganization } from "../../../../lib/session/session.tsx";
import { useStatusMessage } from "../../../../lib/status-message.tsx";
import { InlineNotice } from "../../../../ui/feedback/inline-notice.tsx";
import { Progress } from "../../../../ui/feedback/progress.tsx";
import { Button, buttonClass } from "../../../../ui/forms/button.tsx";
import { DownloadIcon } from "../../../../ui/icons.tsx";
import { Dialog } from "../../../../ui/overlays/dialog.tsx";
import { type FollowedJob, useFollowJob } from "./follow-job.ts";
import { formatEnd, formatProgress, formatRunning } from "./job-labels.ts";
import styles from "./job-status.module.css";

interface JobStatusProps extends FollowedJob {
  /** Called once, after the result was shown. */
  readonly onEnd: () => void;
}

/** Shows the progress and result of a job in the status message, and its failures in a dialog. */
export function JobStatus({ id, isUndo, onEnd }: JobStatusProps) {
  const { t, i18n } = useLingui();
  const showStatus = useStatusMessage();
  const { job, isLost } = useJob(id);
  const stop = useStop(id);
  const undo = useUndo();
  const refresh = useRefresh();
  const [showsResults, setShowsResults] = useState(false);

  const showProgress = useEffectEvent((running: UserJobView) =>
    showStatus({
      tone: "busy",
      text: formatRunning(running, isUndo, i18n),
      progress: <JobProgress id={id} />,
      action: { label: t`Stop`, run: () => void stop() },
      isGlobal: true,
    }),
  );
  const showResult = useEffectEvent((ended: UserJobView) => {
    const { total, succeeded, changed } = ended;
    const isWhole = succeeded === total;
    showStatus({
      tone: isWhole ? "good" : ended.status === "failed" ? "bad" : "warn",
      text: formatEnd(ended, isUndo, i18n),
      ...(changed === 0 || isUndo ? {} : { action: { label: t`Undo`, run: () => void undo(ended) } }),
      ...(isWhole ? {} : { more: { label: t`Show why`, run: () => setShowsResults(true) } }),
      isGlobal: true,
    });
    void refresh();
    onEnd();
  });
  const phase = isLost ? "lost" : job === null ? "unknown" : job.finishedAt === null ? "busy" : "ended";
  const onPhase = useEffectEvent(() => {
    if (phase === "lost") onEnd();
    if (job === null) return;
    if (phase === "busy") showProgress(job);
    if (phase === "ended") showResult(job);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each phase is shown once
  useEffect(() => onPhase(), [phase]);
  return showsResults && job !== null ? (
    <JobResults job={job} onClose={() => setShowsResults(false)} />
  ) : null;
}

function JobProgress({ id }: { readonly id: string }) {
  const { i18n } = useLingui();
  const { job } = useJob(id, false);
  if (job === null) return null;
  return (
    <Progress isInline done={job.done} total={job.total}>
      {formatProgress(job, i18n)}
    </Progress>
  );
}

const route = "GET /organizations/:organizationId/user-jobs/:jobId";
const toCall = (jobId: string) => ({ params: { jobId } });

/** Polls twice a second at first, and less often later. */
function useJob(id: string, polls = true) {
  const [startedAt] = useState(() => performance.now());
  const answer = useApiQuery(route, toCall(id), {
    ...(polls
      ? {
          refetchEvery: ({ body }) => {
            if (body.finishedAt !== null) return false;
            const seconds = (performance.now() - startedAt) / 1_000;
            return seconds < 10 ? 500 : seconds < 60 ? 1_000 : 3_000;
          },
        }
      : { staleTime: Number.POSITIVE_INFINITY }),
  });
  return { job: answer.data?.body ?? null, isLost: answer.error?.status === 404 };
}

function useStop(id: string): () => Promise<void> {
  const api = useApi();
  const client = useQueryClient();
  const key = useApiKey();
  const showStatus = useStatusMessage();
  const problemText = useProblemText();
  return async () => {
    try {
      await api("DELETE /organizations/:organizationId/user-jobs/:jobId", toCall(id));
    } catch (error) {
      // For instance when the job has already ended.
      const { title, text } = problemText(error);
      showStatus({ tone: "bad", text: `${title}. ${text}` });
    }
    await client.invalidateQueries({ queryKey: key(route, toCall(id)) });
  };
}

const opposites: Readonly<Record<UserJobAction, UserJobAction>> = {
  "add-role": "remove-role",
  "remove-role": "add-role",
  suspend: "restore",
  restore: "suspend",
};

function useUndo(): (job: UserJobView) => Promise<void> {
  const api = useApi();
  const follow = useFollowJob();
  const showStatus = useStatusMessage();
  const problemText = useProblemText();
  return async ({ id, action, role }) => {
    const users = { changedBy: id };
    const opposite = opposites[action];
    try {
      const job = await api("POST /organizations/:organizationId/user-jobs", {
        body:
          opposite === "add-role" || opposite === "remove-role"
            ? { action: opposite, roleId: role?.id ?? "", users }
            : { action: opposite, users },
        idempotencyKey: `undo-${id}`,
      });
      follow({ id: job.id, isUndo: true });
    } catch (error) {
      const { title, text } = problemText(error);
      showStatus({ tone: "bad", text: `${title}. ${text}` });
    }
  };
}

/** Refetches queries with users and their counts. */
function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  const key = useApiKey();
  return async () => {
    const names = [
      "GET /organizations/:organizationId/users",
      "GET /organizations/:organizationId/users/:userId",
      "GET /organizations/:organizationId/users/:userId/permissions",
      "GET /organizations/:organizationId/roles",
      "GET /organizations/:organizationId/roles/:roleId",
    ] as const;
    await Promise.all(names.map((name) => client.invalidateQueries({ queryKey: key(name) })));
  };
}

interface JobResultsProps {
  readonly job: UserJobView;
  readonly onClose: () => void;
}

/** Failed users with the reason, remaining users, and a CSV download. */
function JobResults({ job, onClose }: JobResultsProps) {
  const { i18n } = useLingui();
  const { id: organizationId } = useOrganization();
  const left = job.total - job.done;
  const file = buildUrl("GET /organizations/:organizationId/user-jobs/:jobId/failures", {
    params: { organizationId, jobId: job.id },
  });
  return (
    <Dialog
      title={<Plural value={job.failed + left} one="# user wasn’t changed" other="# users weren’t changed" />}
      isOpen
      isDismissable
      onClose={onClose}
      actions={
        <>
          <a className={buttonClass({ big: true })} href={file} download>
            <DownloadIcon />
            <Trans>Download as CSV</Trans>
          </a>
          <Button big variant="primary" autoFocus onClick={onClose}>
            <Trans>Done</Trans>
          </Button>
        </>
      }
    >
      <p>{formatEnd(job, false, i18n)}</p>
      {job.failed === 0 ? null : <Results job={job} outcome="refused" />}
      {left === 0 ? null : (
        <section>
          <h3 className={styles["heading"]}>
            <Trans>Not processed</Trans>
          </h3>
          <Results job={job} outcome="not-done" />
        </section>
      )}
    </Dialog>
  );
}

interface ResultsProps {
  readonly job: UserJobView;
  readonly outcome: UserJobOutcome;
  readonly cursor?: string;
}

/** A page of results, with a button for the next one. */
function Results({ job, outcome, cursor }: ResultsProps) {
  const [showsMore, setShowsMore] = useState(false);
  const page = useApiQuery(
    "GET /organizations/:organizationId/user-jobs/:jobId/results",
    {
      params: { jobId: job.id },
      query: { outcome, limit: "100", ...(cursor === undefined ? {} : { cursor }) },
    },
    { staleTime: Number.POSITIVE_INFINITY },
  );
  if (page.error !== null) return <ProblemState error={page.error} onRetry={() => page.refetch()} />;
  const { items = [], nextCursor = null } = page.data?.body ?? {};
  return (
    <>
      <ul className={styles["results"]} aria-busy={page.data === undefined}>
        {items.map((result) => (
          <Result key={result.userId} job={job} result={result} />
        ))}
      </ul>
      {nextCursor === null ? null : showsMore ? (
        <Results job={job} outcome={outcome} cursor={nextCursor} />
      ) : (
        <Button wide onClick={() => setShowsMore(true)}>
          <Trans>Show more</Trans>
        </Button>
      )}
    </>
  );
}

function Result({ job, result }: { readonly job: UserJobView; readonly result: UserJobResult }) {
  const { t } = useLingui();
  const errorText = useItemErrorText();
  const { name, email, outcome, code } = result;
  const isOwnAccess =
    code === "forbidden/own-roles" && (job.action === "suspend" || job.action === "restore");
  return (
    <li>
      <b>{name ?? t`Removed user`}</b>
      {email === null ? null : <small>{displayEmail(email)}</small>}
      {outcome === "refused" ? (
        <InlineNotice tone="warn">
          {isOwnAccess ? <Trans>You can’t suspend or restore yourself.</Trans> : errorText(result)}
        </InlineNotice>
      ) : null}
    </li>
  );
}
