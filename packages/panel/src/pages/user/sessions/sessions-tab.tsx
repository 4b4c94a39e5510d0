import type { UserDetails } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { ProblemState } from "../../../app/problem-state.tsx";
import { useApiQuery } from "../../../app/session/api.tsx";
import { useOrganization } from "../../../app/session/session.tsx";
import { SessionList } from "../../../app/sessions/session-list.tsx";
import { Button } from "../../../ui/button.tsx";
import { Section } from "../../../ui/page.tsx";
import { Skeleton } from "../../../ui/states.tsx";
import { RowBones } from "../row-bones.tsx";
import { useEndSessions } from "../use-end-sessions.ts";
import styles from "../user.module.css";

const listed = "GET /organizations/:organizationId/users/:userId/sessions";

/** Where somebody is signed in, and a way to end it. */
export function SessionsTab({ user }: { readonly user: UserDetails }) {
  const { t } = useLingui();
  const sessions = useApiQuery(listed, { params: { userId: user.id } });
  const end = useEndSessions(user);
  const isSelf = useOrganization().userId === user.id;
  const items = sessions.data?.body.items;
  return (
    <Section
      title={<Trans>Sessions</Trans>}
      actions={
        items !== undefined && items.length > 1 ? (
          <Button pending={end.isPending && end.variables === null} onClick={() => end.mutate(null)}>
            {isSelf ? <Trans>Sign out everywhere else</Trans> : <Trans>Sign out everywhere</Trans>}
          </Button>
        ) : null
      }
    >
      {items === undefined ? (
        sessions.error === null ? (
          <Skeleton>
            <RowBones />
          </Skeleton>
        ) : (
          <ProblemState error={sessions.error} onRetry={() => void sessions.refetch()} />
        )
      ) : items.length === 0 ? (
        <p className={styles["empty"]}>{t`${user.name} is not signed in anywhere.`}</p>
      ) : (
        <SessionList
          label={t`Sessions of ${user.name}`}
          sessions={items}
          onEnd={(session) => end.mutate(session.id)}
        />
      )}
    </Section>
  );
}
