import type { AuditEvent, UserDetails } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ProblemState } from "../../../app/problem-state.tsx";
import { useApi, useApiKey } from "../../../app/session/api.tsx";
import { ChangeLine } from "../../../app/words/change-line.tsx";
import { actionInWords, actorInWords } from "../../../app/words/event-words.ts";
import { Button } from "../../../ui/button.tsx";
import { Section } from "../../../ui/page.tsx";
import { Skeleton } from "../../../ui/states.tsx";
import { Time } from "../../../ui/time.tsx";
import { RowBones } from "../row-bones.tsx";
import styles from "../user.module.css";

const events = "GET /organizations/:organizationId/audit-events";

/** What was done to this user, newest first. */
export function ActivityTab({ user }: { readonly user: UserDetails }) {
  const { name } = user;
  const log = useActivity(user.id);
  const items = log.data?.pages.flatMap((page) => page.items);
  return (
    <Section title={<Trans>Activity</Trans>}>
      {items === undefined ? (
        log.error === null ? (
          <Skeleton>
            <RowBones />
          </Skeleton>
        ) : (
          <ProblemState error={log.error} onRetry={() => void log.refetch()} />
        )
      ) : items.length === 0 ? (
        <p className={styles["empty"]}>
          <Trans>Nothing was changed so far. What is done to {name} from now on stands here.</Trans>
        </p>
      ) : (
        <ul className={styles["list"]}>
          {items.map((event) => (
            <EventRow key={event.id} event={event} />
          ))}
        </ul>
      )}
      {log.isFetchNextPageError ? (
        <ProblemState error={log.error} onRetry={() => void log.fetchNextPage()} />
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
        <b>{actionInWords(event.action, i18n)}</b>
        {event.changes.map((change) => (
          <ChangeLine key={change.field} change={change} />
        ))}
      </span>
      <span className={styles["second"]}>
        {actorInWords(event.actor, i18n)} · <Time at={event.at} as="phrase" isAtEnd />
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
