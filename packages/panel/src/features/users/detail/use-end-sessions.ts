import type { UserDetails } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useProblemText } from "../../../lib/api/problem-text.ts";
import { useApi, useApiKey } from "../../../lib/api/use-api.tsx";
import { focusPage } from "../../../lib/navigation/use-focus-on-navigation.ts";
import { useOrganization } from "../../../lib/session/session.tsx";
import { useStatusMessage } from "../../../lib/status-message.tsx";

/** Ends one session of a user, or all of them with null. The current session is kept. */
export function useEndSessions({ id: userId, name }: UserDetails) {
  const { t } = useLingui();
  const api = useApi();
  const key = useApiKey();
  const client = useQueryClient();
  const say = useStatusMessage();
  const problemText = useProblemText();
  const isSelf = useOrganization().userId === userId;
  return useMutation({
    async mutationFn(sessionId: string | null) {
      if (sessionId === null && isSelf) await api("DELETE /me/sessions");
      else if (sessionId === null)
        await api("DELETE /organizations/:organizationId/users/:userId/sessions", { params: { userId } });
      else
        await api("DELETE /organizations/:organizationId/users/:userId/sessions/:sessionId", {
          params: { userId, sessionId },
        });
    },
    async onSuccess(_, sessionId) {
      const listed = [
        "GET /organizations/:organizationId/users/:userId/sessions",
        "GET /me/sessions",
      ] as const;
      await Promise.all(listed.map((route) => client.invalidateQueries({ queryKey: key(route) })));
      // The row or button that had the focus was removed.
      if (document.activeElement === document.body) focusPage();
      if (sessionId !== null) say({ text: t`The session of ${name} has ended` });
      else if (isSelf) say({ text: t`Your other sessions are signed out` });
      else say({ text: t`${name} is signed out everywhere` });
    },
    onError(error) {
      const { title, text } = problemText(error);
      say({ tone: "bad", text: `${title}. ${text}` });
    },
  });
}
