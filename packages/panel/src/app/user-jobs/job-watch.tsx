import type { UserJobAction, UserJobView } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";
import { Progress } from "../../ui/progress.tsx";
import { useProblemText } from "../problem-text.ts";
import { useApi, useApiKey, useApiQuery } from "../session/api.tsx";
import { useStatus } from "../status-strip.tsx";
import { type FollowedJob, useFollowJob } from "./follow-job.ts";
import { JobResults } from "./job-results.tsx";
import { busyText, endText, farText } from "./job-words.ts";

interface JobWatchProps extends FollowedJob {
  /** Once, when it has ended and that was said. */
  readonly onEnd: () => void;
}

/** Says above the page that a job runs, how far it is, and how it ended; shows its results when they are asked for. */
export function JobWatch({ id, isUndo, onEnd }: JobWatchProps) {
  const { t, i18n } = useLingui();
  const say = useStatus();
  const { job, isLost } = useJob(id);
  const stop = useStop(id);
  const undo = useUndo();
  const refresh = useRefresh();
  const [showsResults, setShowsResults] = useState(false);

  const sayBusy = useEffectEvent((running: UserJobView) =>
    say({
      tone: "busy",
      text: busyText(running, isUndo, i18n),
      progress: <HowFar id={id} />,
      action: { label: t`Stop`, run: () => void stop() },
      isEverywhere: true,
    }),
  );
  const sayEnd = useEffectEvent((ended: UserJobView) => {
    const { total, succeeded, changed } = ended;
    const isWhole = succeeded === total;
    say({
      tone: isWhole ? "good" : ended.status === "failed" ? "bad" : "warn",
      text: endText(ended, isUndo, i18n),
      ...(changed === 0 || isUndo ? {} : { action: { label: t`Undo`, run: () => void undo(ended) } }),
      ...(isWhole ? {} : { more: { label: t`Show why`, run: () => setShowsResults(true) } }),
      isEverywhere: true,
    });
    void refresh();
    onEnd();
  });
  const phase = isLost ? "lost" : job === null ? "unknown" : job.finishedAt === null ? "busy" : "ended";
  const onPhase = useEffectEvent(() => {
    if (phase === "lost") onEnd();
    if (job === null) return;
    if (phase === "busy") sayBusy(job);
    if (phase === "ended") sayEnd(job);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each phase is told once
  useEffect(() => onPhase(), [phase]);
  return showsResults && job !== null ? (
    <JobResults job={job} onClose={() => setShowsResults(false)} />
  ) : null;
}

function HowFar({ id }: { readonly id: string }) {
  const { i18n } = useLingui();
  const { job } = useJob(id, false);
  if (job === null) return null;
  return (
    <Progress isInline done={job.done} total={job.total}>
      {farText(job, i18n)}
    </Progress>
  );
}

const route = "GET /organizations/:organizationId/user-jobs/:jobId";
const callOf = (jobId: string) => ({ params: { jobId } });

/** Asks twice a second at first, and less often the longer it takes. */
function useJob(id: string, asks = true) {
  const [startedAt] = useState(() => performance.now());
  const answer = useApiQuery(route, callOf(id), {
    ...(asks
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
  const say = useStatus();
  const problemText = useProblemText();
  return async () => {
    try {
      await api("DELETE /organizations/:organizationId/user-jobs/:jobId", callOf(id));
    } catch (error) {
      // One that has just ended says how.
      const { title, text } = problemText(error);
      say({ tone: "bad", text: `${title}. ${text}` });
    }
    await client.invalidateQueries({ queryKey: key(route, callOf(id)) });
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
  const say = useStatus();
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
      say({ tone: "bad", text: `${title}. ${text}` });
    }
  };
}

/** Whatever shows users or counts them is asked for anew. */
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
