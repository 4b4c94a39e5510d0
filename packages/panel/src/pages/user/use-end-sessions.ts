import type { UserDetails } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useProblemText } from "../../app/problem-text.ts";
import { useApi, useApiKey } from "../../app/session/api.tsx";
import { useStatus } from "../../app/status-strip.tsx";

/** Ends one session of a user, or with null all of them, and says so. */
export function useEndSessions({ id: userId, name }: UserDetails) {
  const { t } = useLingui();
  const api = useApi();
  const key = useApiKey();
  const client = useQueryClient();
  const say = useStatus();
  const problemText = useProblemText();
  return useMutation({
    async mutationFn(sessionId: string | null) {
      if (sessionId === null)
        await api("DELETE /organizations/:organizationId/users/:userId/sessions", { params: { userId } });
      else
        await api("DELETE /organizations/:organizationId/users/:userId/sessions/:sessionId", {
          params: { userId, sessionId },
        });
    },
    async onSuccess(_, sessionId) {
      const listed = key("GET /organizations/:organizationId/users/:userId/sessions");
      await client.invalidateQueries({ queryKey: listed });
      say({
        text: sessionId === null ? t`${name} is signed out everywhere` : t`The session of ${name} is over`,
      });
    },
    onError(error) {
      const { title, text } = problemText(error);
      say({ tone: "bad", text: `${title}. ${text}` });
    },
  });
}
