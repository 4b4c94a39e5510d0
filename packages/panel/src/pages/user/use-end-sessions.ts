import type { UserDetails } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { focusPage } from "../../app/navigation/use-focus-on-navigation.ts";
import { useProblemText } from "../../app/problem-text.ts";
import { useApi, useApiKey } from "../../app/session/api.tsx";
import { useOrganization } from "../../app/session/session.tsx";
import { useStatus } from "../../app/status-strip.tsx";

/** Ends one session of a user, or with null all of them, and says so. Of one's own, the one in use goes on. */
export function useEndSessions({ id: userId, name }: UserDetails) {
  const { t } = useLingui();
  const api = useApi();
  const key = useApiKey();
  const client = useQueryClient();
  const say = useStatus();
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
      // The row or button that was pressed is gone.
      if (document.activeElement === document.body) focusPage();
      if (sessionId !== null) say({ text: t`The session of ${name} is over` });
      else if (isSelf) say({ text: t`You are signed out everywhere else` });
      else say({ text: t`${name} is signed out everywhere` });
    },
    onError(error) {
      const { title, text } = problemText(error);
      say({ tone: "bad", text: `${title}. ${text}` });
    },
  });
}
