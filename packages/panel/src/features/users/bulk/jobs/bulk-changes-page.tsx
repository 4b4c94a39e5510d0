import type { UserJobView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ProblemState } from "../../../../lib/api/problem-text.tsx";
import { useApi, useApiKey } from "../../../../lib/api/use-api.tsx";
import { usePageTitle } from "../../../../lib/navigation/page-change.ts";
import { RequirePermission, useCan } from "../../../../lib/session/session.tsx";
import { StatusBadge } from "../../../../ui/data-display/badges.tsx";
import { Time } from "../../../../ui/data-display/time.tsx";
import { EmptyState, LoadingState, Skeleton } from "../../../../ui/feedback/empty-states.tsx";
import { Progress } from "../../../../ui/feedback/progress.tsx";
import { Button } from "../../../../ui/forms/button.tsx";
import { ChevronLeftIcon, FailedIcon, SwapIcon, WarningIcon } from "../../../../ui/icons.tsx";
import { backClass, PageHeader } from "../../../../ui/layout/page.tsx";
import { LinkButton, VisuallyHidden } from "../../../../ui/text.tsx";
import styles from "./bulk-changes.module.css";
import { formatEnd, formatProgress, formatRunning } from "./job-labels.ts";
import { JobResults } from "./job-results.tsx";
import { useUndo } from "./use-undo.ts";

/** The bulk changes of the last 30 days, each with its result and Undo. */
export function BulkChangesPage() {
  const { t } = useLingui();
  usePageTitle(t`Bulk changes`);
  return (
    <RequirePermission permission="users:view" name={t`View users`}>
      <Link to="/users" className={backClass()}>
        <ChevronLeftIcon />
        <Trans>Users</Trans>
      </Link>
      <PageHeader title={<Trans>Bulk changes</Trans>} />
      <JobList />
    </RequirePermission>
  );
}

const route = "GET /organizations/:organizationId/user-jobs";

function JobList() {
  const { t } = useLingui();
  const jobs = useJobs();
  const [shown, setShown] = useState<UserJobView | null>(null);
  const items = jobs.data?.pages.flatMap((page) => page.items);
  if (items === undefined)
    return jobs.error === null ? (
      <LoadingState>
        <Skeleton size="long" />
        <Skeleton size="long" />
      </LoadingState>
    ) : (
      <ProblemState error={jobs.error} onRetry={() => void jobs.refetch()} />
    );
  if (items.length === 0)
    return (
      <EmptyState title={<Trans>No bulk change in the last 30 days</Trans>}>
        <Trans>Select users in the list to change many of them at once. You can undo it here.</Trans>
      </EmptyState>
    );
  return (
    <>
      <ul className={styles["jobs"]} aria-label={t`Bulk changes`}>
        {items.map((job) => (
          <JobItem key={job.id} job={job} onShow={() => setShown(job)} />
        ))}
      </ul>
      {jobs.hasNextPage ? (
        <Button pending={jobs.isFetchingNextPage} onClick={() => void jobs.fetchNextPage()}>
          <Trans>Show older</Trans>
        </Button>
      ) : null}
      {shown === null ? null : <JobResults job={shown} onClose={() => setShown(null)} />}
    </>
  );
}

/** Polls while a job is unfinished. */
function useJobs() {
  const api = useApi();
  const key = useApiKey();
  return useInfiniteQuery({
    queryKey: [...key(route), "all"],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      api(route, { query: pageParam === "" ? {} : { cursor: pageParam }, signal }),
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(({ finishedAt }) => finishedAt === null)) === true
        ? 2_000
        : false,
  });
}

interface JobItemProps {
  readonly job: UserJobView;
  readonly onShow: () => void;
}

function JobItem({ job, onShow }: JobItemProps) {
  const { t, i18n } = useLingui();
  const isUndo = job.undoes !== undefined;
  const isRunning = job.finishedAt === null;
  const what = isRunning ? formatRunning(job, isUndo, i18n) : formatEnd(job, isUndo, i18n);
  const role = isUndo ? job.role?.name : undefined;
  const by = job.createdBy.name ?? t`Former user`;
  const failures = job.failed + (isRunning ? 0 : job.total - job.done);
  return (
    <li>
      <div>
        <b>{role === undefined ? what : `${role}: ${what}`}</b>
        <p className={styles["facts"]}>
          <span>{by}</span>
          <Time at={job.createdAt} />
          <RoleEnd job={job} />
          <JobState job={job} />
        </p>
        {isRunning ? (
          <Progress done={job.done} total={job.total}>
            {formatProgress(job, i18n)}
          </Progress>
        ) : null}
      </div>
      <span className={styles["actions"]}>
        {failures === 0 || isRunning ? null : (
          <LinkButton aria-haspopup="dialog" onClick={onShow}>
            <Trans>Show why</Trans>
            <VisuallyHidden> {what}</VisuallyHidden>
          </LinkButton>
        )}
        <UndoButton job={job} what={what} />
      </span>
    </li>
  );
}

/** When the grants end that the job made. */
function RoleEnd({ job: { role } }: Pick<JobItemProps, "job">) {
  if (role?.expiresAt === undefined) return null;
  return (
    <span>
      <Trans>
        until <Time at={role.expiresAt} as="date" />
      </Trans>
    </span>
  );
}

function JobState({ job: { status, undoneBy } }: Pick<JobItemProps, "job">) {
  if (undoneBy !== undefined)
    return (
      <StatusBadge icon={<SwapIcon />}>
        <Trans>Undone</Trans>
      </StatusBadge>
    );
  if (status === "cancelled")
    return (
      <StatusBadge icon={<FailedIcon />}>
        <Trans>Stopped</Trans>
      </StatusBadge>
    );
  if (status === "failed")
    return (
      <StatusBadge tone="bad" icon={<WarningIcon />}>
        <Trans>Stopped by an error</Trans>
      </StatusBadge>
    );
  return null;
}

/** Reverts a finished job that changed somebody. An undone job, or one that reverts another, has no Undo. */
function UndoButton({ job, what }: Pick<JobItemProps, "job"> & { readonly what: string }) {
  const undo = useUndo();
  const [isPending, setPending] = useState(false);
  const canAssign = useCan("roles:assign");
  const canSuspend = useCan("users:suspend");
  const isRoleChange = job.action === "add-role" || job.action === "remove-role";
  const isOpen = job.finishedAt !== null && job.changed > 0 && job.undoneBy === undefined;
  if (!isOpen || job.undoes !== undefined || !(isRoleChange ? canAssign : canSuspend)) return null;
  return (
    <Button
      pending={isPending}
      onClick={() => {
        if (isPending) return;
        setPending(true);
        void undo(job).finally(() => setPending(false));
      }}
    >
      <Trans>Undo</Trans>
      <VisuallyHidden> {what}</VisuallyHidden>
    </Button>
  );
}
