import type { AuditEvent } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ProblemState } from "../../lib/api/problem-text.tsx";
import { useApi, useApiKey } from "../../lib/api/use-api.tsx";
import { summarizeChanges } from "../../lib/labels/change-summary.ts";
import { formatAction } from "../../lib/labels/event-labels.ts";
import { LoadingState, Skeleton } from "../../ui/feedback/empty-states.tsx";
import { Button } from "../../ui/forms/button.tsx";
import rows from "../../ui/tables/row-list.module.css";
import styles from "./audit.module.css";

interface WithinEntryProps {
  readonly entry: AuditEvent;
  readonly count: number;
  readonly permissionName: (permission: string) => string;
}

/** The events of a change of many at once, loaded when their entry is opened. */
export function WithinEntry({ entry, count, permissionName }: WithinEntryProps) {
  const { t } = useLingui();
  const events = useEventsWithin(entry.id);
  const items = events.data?.pages.flatMap((page) => page.items);
  const title = t`${plural(count, { one: "# more event of this change", other: "# more events of this change" })}`;
  return (
    <section className={styles["within"]} aria-label={title}>
      <h2>{title}</h2>
      {items === undefined ? (
        events.error === null ? (
          <LoadingState>
            <Skeleton size="long" />
          </LoadingState>
        ) : (
          <ProblemState error={events.error} onRetry={() => void events.refetch()} />
        )
      ) : (
        <ul className={rows["list"]}>
          {items.map((event) => (
            <EventLine key={event.id} event={event} permissionName={permissionName} />
          ))}
        </ul>
      )}
      {events.isFetchNextPageError ? (
        <ProblemState error={events.error} onRetry={() => void events.fetchNextPage()} />
      ) : events.hasNextPage ? (
        <Button pending={events.isFetchingNextPage} onClick={() => void events.fetchNextPage()}>
          <Trans>Show more</Trans>
        </Button>
      ) : null}
    </section>
  );
}

function EventLine({
  event,
  permissionName,
}: Pick<WithinEntryProps, "permissionName"> & { readonly event: AuditEvent }) {
  const { i18n } = useLingui();
  const changed = summarizeChanges(event.changes, i18n, permissionName);
  return (
    <li>
      <span>
        <b>{event.target.name}</b>
        <small>{[formatAction(event.action, i18n), changed].filter((text) => text !== "").join(" · ")}</small>
      </span>
    </li>
  );
}

const route = "GET /organizations/:organizationId/audit-events";

function useEventsWithin(entryId: string) {
  const api = useApi();
  const key = useApiKey();
  return useInfiniteQuery({
    queryKey: [...key(route), "within", entryId],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      api(route, {
        query: { within: entryId, limit: "50", ...(pageParam === "" ? {} : { cursor: pageParam }) },
        signal,
      }),
    getNextPageParam: (page) => page.nextCursor,
  });
}
