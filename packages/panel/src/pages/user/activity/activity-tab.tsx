import type { AuditEvent, UserDetails } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ProblemState } from "../../../app/problem-state.tsx";
import { useApi, useApiKey } from "../../../app/session/api.tsx";
import { actionInWords, changeInWords } from "../../../app/words/event-words.ts";
import { Button } from "../../../ui/button.tsx";
import { Section } from "../../../ui/page.tsx";
import { Bone, Skeleton } from "../../../ui/states.tsx";
import { Time } from "../../../ui/time.tsx";
import styles from "../user.module.css";

const events = "GET /organizations/:organizationId/audit-events";

/** What was done to this user, newest first. */
export function ActivityTab({ user }: { readonly user: UserDetails }) {
  const log = useActivity(user.id);
  const items = log.data?.pages.flatMap((page) => page.items);
  return (
    <Section title={<Trans>Activity</Trans>}>
      {items === undefined ? (
        log.error === null ? (
          <Skeleton>
            <Bone size="long" />
          </Skeleton>
        ) : (
          <ProblemState error={log.error} onRetry={() => void log.refetch()} />
        )
      ) : items.length === 0 ? (
        <p className={styles["empty"]}>
          <Trans>Nothing was changed so far.</Trans>
        </p>
      ) : (
        <ul className={styles["list"]}>
          {items.map((event) => (
            <EventRow key={event.id} event={event} />
          ))}
        </ul>
      )}
      {log.hasNextPage ? (
        <Button pending={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
          <Trans>Show older</Trans>
        </Button>
      ) : null}
    </Section>
  );
}

function EventRow({ event }: { readonly event: AuditEvent }) {
  const { t, i18n } = useLingui();
  const changes = event.changes.map((change) => changeInWords(change, i18n));
  return (
    <li>
      <span>
        <b>{actionInWords(event.action, i18n)}</b>
        {changes.map(({ field, before, after }) => (
          <span key={field} className={styles["second"]}>
            {before === null ? (
              `${field}: ${after ?? t`nothing`}`
            ) : (
              <Trans>
                {field}: {before} → {after ?? t`nothing`}
              </Trans>
            )}
          </span>
        ))}
      </span>
      <span className={styles["second"]}>
        {event.actor.name} · <Time at={event.at} isAtEnd />
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
