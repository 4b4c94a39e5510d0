import type { AuditEvent, UserDetails } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ProblemState } from "../../../lib/api/problem-text.tsx";
import { useApi, useApiKey } from "../../../lib/api/use-api.tsx";
import { ChangeLine, formatAction, formatActor } from "../../../lib/labels/event-labels.tsx";
import { Time } from "../../../ui/data-display/time.tsx";
import { LoadingState } from "../../../ui/feedback/empty-states.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { Section } from "../../../ui/layout/page.tsx";
import rows from "../../../ui/tables/row-list.module.css";
import { RowSkeletons } from "./row-skeletons.tsx";
import styles from "./user.module.css";

const events = "GET /organizations/:organizationId/audit-events";

/** Audit events about this user, newest first. */
export function ActivityTab({ user }: { readonly user: UserDetails }) {
  const { name } = user;
  const log = useActivity(user.id);
  const items = log.data?.pages.flatMap((page) => page.items);
  return (
    <Section title={<Trans>Activity</Trans>}>
      {items === undefined ? (
        log.error === null ? (
          <LoadingState>
            <RowSkeletons />
          </LoadingState>
        ) : (
          <ProblemState error={log.error} onRetry={() => log.refetch()} />
        )
      ) : items.length === 0 ? (
        <p className={styles["empty"]}>
          <Trans>No changes yet. Changes to {name} will appear here.</Trans>
        </p>
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
    </Section>
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
      <span className={styles["second"]}>
        {formatActor(event.actor, i18n)} · <Time at={event.at} as="phrase" isAtEnd />
      </span>
    </li>
  );
}

function useActivity(userId: string) {
  const api = useApi();
  const key = useApiKey();
  return useInfiniteQuery({
    queryKey: [...key(events), "of", userId],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      api(events, { query: { target: userId, ...(pageParam === "" ? {} : { cursor: pageParam }) }, signal }),
    getNextPageParam: (page) => page.nextCursor,
  });
}
