import type { UserDetails, UserSession } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { ProblemState } from "../../../app/problem-state.tsx";
import { useApiQuery } from "../../../app/session/api.tsx";
import { Button } from "../../../ui/button.tsx";
import { Section } from "../../../ui/page.tsx";
import { Bone, Skeleton } from "../../../ui/states.tsx";
import { Hidden, LinkButton } from "../../../ui/text.tsx";
import { Time } from "../../../ui/time.tsx";
import { useEndSessions } from "../use-end-sessions.ts";
import styles from "../user.module.css";
import { deviceOf } from "./device.ts";

const listed = "GET /organizations/:organizationId/users/:userId/sessions";

/** Where somebody is signed in, and a way to end it. */
export function SessionsTab({ user }: { readonly user: UserDetails }) {
  const { t } = useLingui();
  const sessions = useApiQuery(listed, { params: { userId: user.id } });
  const end = useEndSessions(user);
  const items = sessions.data?.body.items;
  return (
    <Section
      title={<Trans>Sessions</Trans>}
      actions={
        items !== undefined && items.length > 1 ? (
          <Button pending={end.isPending} onClick={() => end.mutate(null)}>
            <Trans>Sign out everywhere</Trans>
          </Button>
        ) : null
      }
    >
      {items === undefined ? (
        sessions.error === null ? (
          <Skeleton>
            <Bone size="long" />
          </Skeleton>
        ) : (
          <ProblemState error={sessions.error} onRetry={() => void sessions.refetch()} />
        )
      ) : items.length === 0 ? (
        <p className={styles["empty"]}>{t`${user.name} is not signed in anywhere.`}</p>
      ) : (
        <ul className={styles["list"]} aria-label={t`Sessions of ${user.name}`}>
          {items.map((session) => (
            <SessionRow key={session.id} session={session} onEnd={() => end.mutate(session.id)} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function SessionRow({ session, onEnd }: { readonly session: UserSession; readonly onEnd: () => void }) {
  const { t } = useLingui();
  const { browser, system } = deviceOf(session.userAgent);
  const device = [browser, system].filter((part) => part !== null).join(", ") || t`Unknown device`;
  return (
    <li>
      <span>
        <b>{device}</b>
        <span className={styles["second"]}>
          {session.ip ?? t`Unknown address`} · <Trans>last seen</Trans> <Time at={session.lastSeenAt} /> ·{" "}
          <Trans>signed in</Trans> <Time at={session.createdAt} as="date" />
        </span>
      </span>
      {session.current ? (
        <span className={styles["second"]}>
          <Trans>This session</Trans>
        </span>
      ) : (
        <LinkButton variant="quiet" onClick={onEnd}>
          <Trans>Sign out</Trans>
          <Hidden> {device}</Hidden>
        </LinkButton>
      )}
    </li>
  );
}
