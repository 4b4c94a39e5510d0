import type { UserJobPreview } from "@gatehouse/sdk/contract";
import { Plural, Trans } from "@lingui/react/macro";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ProblemState } from "../../../lib/api/problem-text.tsx";
import { useApi } from "../../../lib/api/use-api.tsx";
import { indexPermissionLabels, useCatalogue } from "../../../lib/labels/permission-catalogue.ts";
import { PermissionDifference } from "../../../lib/labels/permission-difference.tsx";
import { LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import styles from "./job-preview.module.css";
import type { Change, JobTarget } from "./use-start-job.ts";

/** A preview with what is sensitive about it. */
export interface JobPreview {
  readonly query: UseQueryResult<UserJobPreview>;
  /** The change is about owners or sensitive permissions, so it has to be confirmed separately. */
  readonly isSensitive: boolean;
}

/** Asks the server what a bulk change would do. Not asked while `change` is null. */
export function useJobPreview({ users }: JobTarget, change: Change | null): JobPreview {
  const api = useApi();
  const { groups } = useCatalogue();
  const query = useQuery<UserJobPreview>({
    queryKey: ["user-job-preview", users, change],
    enabled: change !== null,
    gcTime: 0,
    queryFn: ({ signal }) => {
      if (change === null) throw new Error("There is no change to preview.");
      return api("POST /organizations/:organizationId/user-jobs/preview", {
        body: { ...change, users },
        signal,
      });
    },
  });
  const labels = useMemo(() => indexPermissionLabels(groups), [groups]);
  const { owners = 0, gained = [] } = query.data ?? {};
  const givesSensitive = gained.some(({ permission }) => labels.get(permission)?.sensitive === true);
  return { query, isSensitive: givesSensitive || owners > 0 };
}

interface JobPreviewSummaryProps {
  readonly preview: JobPreview;
  readonly action: Change["action"];
}

/** How many users change, and which permissions they gain and lose. */
export function JobPreviewSummary({ preview: { query }, action }: JobPreviewSummaryProps) {
  const { groups } = useCatalogue();
  const labels = useMemo(() => indexPermissionLabels(groups), [groups]);
  if (query.data === undefined)
    return query.error === null ? (
      <LoadingState>
        <Skeleton size="long" />
        <Skeleton size="long" />
      </LoadingState>
    ) : (
      <ProblemState error={query.error} onRetry={() => void query.refetch()} />
    );
  const { changed, unchanged, refused, owners, gained, lost } = query.data;
  const isRoleChange = action === "add-role" || action === "remove-role";
  const names = (list: typeof gained) => list.map(({ permission }) => permission);
  // The number is shown only where a permission isn't about everybody who changes.
  const some = [...gained, ...lost].filter((one) => one.users !== changed);
  const users = new Map(some.map((one) => [one.permission, one.users]));
  return (
    <>
      <div role="status">
        <ul className={styles["counts"]}>
          <li>
            <b>
              <Changed action={action} count={changed} />
            </b>
          </li>
          {unchanged === 0 ? null : (
            <li>
              <Unchanged action={action} count={unchanged} />
            </li>
          )}
          {refused === 0 ? null : (
            <li>
              <InlineNotice tone="warn">
                <Plural
                  value={refused}
                  one="# person can’t be changed. The result says why."
                  other="# people can’t be changed. The result says why."
                />
              </InlineNotice>
            </li>
          )}
          {owners === 0 ? null : (
            <li>
              <InlineNotice tone="warn">
                <Plural value={owners} one="# of them is an owner" other="# of them are owners" />
              </InlineNotice>
            </li>
          )}
        </ul>
      </div>
      {isRoleChange && changed > 0 ? (
        gained.length + lost.length === 0 ? (
          <p>
            <Trans>Nobody’s permissions change: other roles allow the same.</Trans>
          </p>
        ) : (
          <PermissionDifference
            change={{ gained: names(gained), lost: names(lost) }}
            labels={labels}
            users={users}
          />
        )
      ) : null}
    </>
  );
}

interface CountProps {
  readonly action: Change["action"];
  readonly count: number;
}

function Changed({ action, count }: CountProps) {
  switch (action) {
    case "add-role":
      return <Plural value={count} _0="Nobody gets it" one="# person gets it" other="# people get it" />;
    case "remove-role":
      return <Plural value={count} _0="Nobody loses it" one="# person loses it" other="# people lose it" />;
    case "suspend":
      return (
        <Plural
          value={count}
          _0="Nobody is suspended"
          one="# person is suspended"
          other="# people are suspended"
        />
      );
    case "restore":
      return (
        <Plural
          value={count}
          _0="Nobody gets access again"
          one="# person gets access again"
          other="# people get access again"
        />
      );
  }
}

function Unchanged({ action, count }: CountProps) {
  switch (action) {
    case "add-role":
      return <Plural value={count} one="# person already has it" other="# people already have it" />;
    case "remove-role":
      return <Plural value={count} one="# person doesn’t have it" other="# people don’t have it" />;
    case "suspend":
      return (
        <Plural value={count} one="# person is suspended already" other="# people are suspended already" />
      );
    case "restore":
      return <Plural value={count} one="# person has access already" other="# people have access already" />;
  }
}
