import type { UserJobView } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";
import { useProblemSentence } from "../../../../lib/api/problem-text.tsx";
import { useApi, useApiKey, useApiQuery } from "../../../../lib/api/use-api.tsx";
import { useStatusMessage } from "../../../../lib/status-message.tsx";
import { Progress } from "../../../../ui/feedback/progress.tsx";
import type { FollowedJob } from "./follow-job.ts";
import { formatEnd, formatProgress, formatRunning } from "./job-labels.ts";
import { JobResults } from "./job-results.tsx";
import { useUndo } from "./use-undo.ts";

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
  const problemSentence = useProblemSentence();
  return async () => {
    try {
      await api("DELETE /organizations/:organizationId/user-jobs/:jobId", toCall(id));
    } catch (error) {
      // For instance when the job has already ended.
      showStatus({ tone: "bad", text: problemSentence(error) });
    }
    await client.invalidateQueries({ queryKey: key(route, toCall(id)) });
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
      "GET /organizations/:organizationId/user-jobs",
    ] as const;
    await Promise.all(names.map((name) => client.invalidateQueries({ queryKey: key(name) })));
  };
}
