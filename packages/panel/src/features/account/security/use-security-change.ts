import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useProblemSentence } from "../../../lib/api/problem-text.tsx";
import { useApiKey } from "../../../lib/api/use-api.tsx";
import { useStatusMessage } from "../../../lib/status-message.tsx";

/**
 * A change of the account's second factors. `change` returns what to say afterwards, empty for nothing, or null when the
 * person has cancelled it.
 */
export function useSecurityChange(change: () => Promise<string | null>) {
  const say = useStatusMessage();
  const problemSentence = useProblemSentence();
  const refresh = useSecurityRefresh();
  return useMutation({
    mutationFn: change,
    async onSuccess(text) {
      if (text) say({ tone: "good", text });
      if (text !== null) await refresh();
    },
    onError(error) {
      say({ tone: "bad", text: problemSentence(error) });
    },
  });
}

/** Loads the state of the account again: its factors, and its sessions, some of which may have ended. */
export function useSecurityRefresh(): () => Promise<unknown> {
  const client = useQueryClient();
  const key = useApiKey();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: key("GET /me/security") }),
      client.invalidateQueries({ queryKey: key("GET /me/sessions") }),
    ]);
}
