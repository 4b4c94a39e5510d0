import type { AuditEvent } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ProblemState } from "../../lib/api/problem-text.tsx";
import { useApi, useApiKey } from "../../lib/api/use-api.tsx";
import { ChangeLine } from "../../lib/labels/change-line.tsx";
import { formatAction, formatActor } from "../../lib/labels/event-labels.ts";
import { Time } from "../../ui/data-display/time.tsx";
import { LoadingState } from "../../ui/feedback/empty-states.tsx";
import { Button } from "../../ui/forms/button.tsx";
import rows from "../../ui/tables/row-list.module.css";
import { RowSkeletons } from "../../ui/tables/row-skeletons.tsx";

const events = "GET /organizations/:organizationId/audit-events";

/** Whose events, and what is shown without any. */
export interface TargetEventsProps {
  /** Id of the user or invitation. */
  readonly targetId: string;
  /** Shown while there are no events. */
  readonly empty: ReactNode;
}

/** Audit events about one target, newest first. */
export function TargetEvents({ targetId, empty }: TargetEventsProps) {
  const log = useHistory(targetId);
  const items = log.data?.pages.flatMap((page) => page.items);
  return (
    <>
      {items === undefined ? (
        log.error === null ? (
          <LoadingState>
            <RowSkeletons />
          </LoadingState>
        ) : (
          <ProblemState error={log.error} onRetry={() => log.refetch()} />
        )
      ) : items.length === 0 ? (
        <p className={rows["empty"]}>{empty}</p>
      ) : (
        <ul className={rows["list"]}>
          {items.map((event) => (
            <EventRow key={event.id} event={event} />
          ))}
        </ul>
      )}
      {log.isFetchNextPageError ? (
        <ProblemState error={log.error} onRetry={() => log.fetchNextPage()} />
      ) : log.hasNextPage ? (
        <Button pending={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
          <Trans>Show older</Trans>
        </Button>
      ) : null}
    </>
  );
}

function EventRow({ event }: { readonly event: AuditEvent }) {
  const { i18n } = useLingui();
  return (
    <li>
      <span>
        <b>{formatAction(event.action, i18n)}</b>
        {event.changes.map((change) => (
          <ChangeLine key={change.field} change={change} />
        ))}
      </span>
      <span className={rows["second"]}>
        {formatActor(event.actor, i18n)} · <Time at={event.at} as="phrase" isAtEnd />
      </span>
    </li>
  );
}

function useHistory(targetId: string) {
  const api = useApi();
  const key = useApiKey();
  return useInfiniteQuery({
    queryKey: [...key(events), "of", targetId],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      api(events, {
        query: { target: targetId, ...(pageParam === "" ? {} : { cursor: pageParam }) },
        signal,
      }),
    getNextPageParam: (page) => page.nextCursor,
  });
}
