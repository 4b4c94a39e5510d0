import type { UserDetails } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { ProblemState } from "../../../lib/api/problem-text.tsx";
import { useApiQuery } from "../../../lib/api/use-api.tsx";
import { useOrganization } from "../../../lib/session/session.tsx";
import { LoadingState } from "../../../ui/feedback/empty-states.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { Section } from "../../../ui/layout/page.tsx";
import { RowSkeletons } from "../../../ui/tables/row-skeletons.tsx";
import { SessionList } from "../../auth/sessions/session-list.tsx";
import { useEndSessions } from "./use-user.ts";
import styles from "./user.module.css";

const listed = "GET /organizations/:organizationId/users/:userId/sessions";

/** The user's sessions. */
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
            {isSelf ? <Trans>Sign out other sessions</Trans> : <Trans>Sign out everywhere</Trans>}
          </Button>
        ) : null
      }
    >
      {items === undefined ? (
        sessions.error === null ? (
          <LoadingState>
            <RowSkeletons />
          </LoadingState>
        ) : (
          <ProblemState error={sessions.error} onRetry={() => sessions.refetch()} />
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
