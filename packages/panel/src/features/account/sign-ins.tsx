import type { SignInEntry } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ProblemState } from "../../lib/api/problem-text.tsx";
import { useApi, useApiKey } from "../../lib/api/use-api.tsx";
import { StatusBadge } from "../../ui/data-display/badges.tsx";
import { Time } from "../../ui/data-display/time.tsx";
import { LoadingState, Skeleton } from "../../ui/feedback/empty-states.tsx";
import { Button } from "../../ui/forms/button.tsx";
import { FailedIcon, WaitingIcon } from "../../ui/icons.tsx";
import { Section } from "../../ui/layout/page.tsx";
import rows from "../../ui/tables/row-list.module.css";
import sessions from "../auth/sessions/session-list.module.css";
import { useDeviceName, useMethodName } from "../auth/sessions/session-texts.ts";
import styles from "./account.module.css";

const listed = "GET /me/sign-ins";

/** The sign-ins of the last 90 days, failed ones marked. */
export function SignIns() {
  const { t } = useLingui();
  const log = useSignIns();
  const items = log.data?.pages.flatMap((page) => page.items);
  return (
    <Section title={<Trans>Sign-ins</Trans>}>
      <p className={styles["lead"]}>
        <Trans>
          The last 90 days. If you see one that wasn’t yours, change your password: all other devices are
          signed out.
        </Trans>
      </p>
      {items !== undefined ? (
        <ul className={rows["list"]} aria-label={t`Your sign-ins`}>
          {items.map((entry, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: entries have no id, and are only added at the end
            <SignInRow key={index} entry={entry} />
          ))}
        </ul>
      ) : log.error === null ? (
        <LoadingState>
          <Skeleton size="long" />
        </LoadingState>
      ) : (
        <ProblemState error={log.error} onRetry={() => log.refetch()} />
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

function SignInRow({ entry: { at, method, outcome, ip, userAgent } }: { readonly entry: SignInEntry }) {
  const { t } = useLingui();
  const device = useDeviceName();
  const methodName = useMethodName();
  return (
    <li>
      <span>
        <b>{device(userAgent)}</b>
        <span className={sessions["second"]}>
          {ip ?? t`Unknown address`} · {methodName(method)} · <Time at={at} as="phrase" />
        </span>
      </span>
      {outcome === "failure" ? (
        <StatusBadge tone="bad" icon={<FailedIcon />}>
          <Trans context="sign-in">Failed</Trans>
        </StatusBadge>
      ) : outcome === "second-factor-pending" ? (
        <StatusBadge icon={<WaitingIcon />}>
          <Trans>Second step asked</Trans>
        </StatusBadge>
      ) : (
        <StatusBadge>
          <Trans>Signed in</Trans>
        </StatusBadge>
      )}
    </li>
  );
}

function useSignIns() {
  const api = useApi();
  const key = useApiKey();
  return useInfiniteQuery({
    queryKey: [...key(listed), "all"],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      api(listed, { query: { limit: "10", ...(pageParam === "" ? {} : { cursor: pageParam }) }, signal }),
    getNextPageParam: (page) => page.nextCursor,
  });
}
