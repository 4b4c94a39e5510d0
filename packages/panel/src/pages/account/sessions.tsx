import type { UserSession } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ProblemState } from "../../app/problem-state.tsx";
import { useProblemText } from "../../app/problem-text.ts";
import { useApi, useApiKey, useApiQuery } from "../../app/session/api.tsx";
import { SessionList } from "../../app/sessions/session-list.tsx";
import { useStatus } from "../../app/status-strip.tsx";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/page.tsx";
import { Bone, Skeleton } from "../../ui/states.tsx";

/** Where one is signed in: this one marked, the others to be ended one by one or together. */
export function Sessions() {
  const { t } = useLingui();
  const sessions = useApiQuery("GET /me/sessions", {});
  const end = useEndOwnSessions();
  const items = sessions.data?.body.items;
  return (
    <Section
      title={<Trans>Sessions</Trans>}
      actions={
        items !== undefined && items.length > 1 ? (
          <Button pending={end.isPending && end.variables === null} onClick={() => end.mutate(null)}>
            <Trans>Sign out all other sessions</Trans>
          </Button>
        ) : null
      }
    >
      {items !== undefined ? (
        <SessionList label={t`Your sessions`} sessions={items} onEnd={(session) => end.mutate(session)} />
      ) : sessions.error === null ? (
        <Skeleton>
          <Bone size="long" />
        </Skeleton>
      ) : (
        <ProblemState error={sessions.error} onRetry={() => void sessions.refetch()} />
      )}
    </Section>
  );
}

/** Ends one of one's sessions, or with null all but this one, and says so. */
function useEndOwnSessions() {
  const { t } = useLingui();
  const api = useApi();
  const key = useApiKey();
  const client = useQueryClient();
  const say = useStatus();
  const problemText = useProblemText();
  return useMutation({
    async mutationFn(session: UserSession | null) {
      if (session === null) await api("DELETE /me/sessions");
      else await api("DELETE /me/sessions/:sessionId", { params: { sessionId: session.id } });
    },
    async onSuccess(_, session) {
      document.querySelector<HTMLElement>("[data-page-heading]")?.focus();
      say({ text: session === null ? t`You are signed out everywhere else` : t`That session is over` });
      await client.invalidateQueries({ queryKey: key("GET /me/sessions") });
    },
    onError(error) {
      const { title, text } = problemText(error);
      say({ tone: "bad", text: `${title}. ${text}` });
    },
  });
}
