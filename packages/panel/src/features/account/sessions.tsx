import type { UserSession } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ProblemState } from "../../lib/api/problem-state.tsx";
import { useProblemText } from "../../lib/api/problem-text.ts";
import { useApi, useApiKey, useApiQuery } from "../../lib/api/use-api.tsx";
import { useStatusMessage } from "../../lib/status-message.tsx";
import { LoadingState, Skeleton } from "../../ui/feedback/empty-states.tsx";
import { Button } from "../../ui/forms/button.tsx";
import { Section } from "../../ui/layout/page.tsx";
import { SessionList } from "../auth/sessions/session-list.tsx";

/** The user's own sessions; others can be ended one by one or together. */
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
            <Trans>Sign out other sessions</Trans>
          </Button>
        ) : null
      }
    >
      {items !== undefined ? (
        <SessionList label={t`Your sessions`} sessions={items} onEnd={(session) => end.mutate(session)} />
      ) : sessions.error === null ? (
        <LoadingState>
          <Skeleton size="long" />
        </LoadingState>
      ) : (
        <ProblemState error={sessions.error} onRetry={() => void sessions.refetch()} />
      )}
    </Section>
  );
}

/** Ends one of the user's sessions, or all others with null. */
function useEndOwnSessions() {
  const { t } = useLingui();
  const api = useApi();
  const key = useApiKey();
  const client = useQueryClient();
  const say = useStatusMessage();
  const problemText = useProblemText();
  return useMutation({
    async mutationFn(session: UserSession | null) {
      if (session === null) await api("DELETE /me/sessions");
      else await api("DELETE /me/sessions/:sessionId", { params: { sessionId: session.id } });
    },
    async onSuccess(_, session) {
      document.querySelector<HTMLElement>("[data-page-heading]")?.focus();
      say({ text: session === null ? t`Your other sessions are signed out` : t`The session has ended` });
      await client.invalidateQueries({ queryKey: key("GET /me/sessions") });
    },
    onError(error) {
      const { title, text } = problemText(error);
      say({ tone: "bad", text: `${title}. ${text}` });
    },
  });
}
