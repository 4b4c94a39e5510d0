/** Asks a user by email to set up two-factor authentication. */
import type { UserDetails } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { useProblemSentence } from "../../../lib/api/problem-text.tsx";
import { useApi } from "../../../lib/api/use-api.tsx";
import { useCan } from "../../../lib/session/session.tsx";
import { useStatusMessage } from "../../../lib/status-message.tsx";

/** The action; null where there is nothing to remind of, or no permission to. */
export function useTwoFactorReminder({
  id: userId,
  name,
  status,
  twoFactor,
}: UserDetails): (() => void) | null {
  const { t } = useLingui();
  const api = useApi();
  const say = useStatusMessage();
  const problemSentence = useProblemSentence();
  const isAllowed = useCan("users:reset-credentials");
  const reminding = useMutation({
    mutationFn: () =>
      api("POST /organizations/:organizationId/users/:userId/two-factor-reminder", { params: { userId } }),
    onSuccess: ({ count }) =>
      say(
        count > 0
          ? { text: t`A reminder to set up two-factor authentication is on its way to ${name}` }
          : {
              tone: "warn",
              text: t`${name} was reminded within the last day, or doesn’t sign in to Gatehouse`,
            },
      ),
    onError(error) {
      say({ tone: "bad", text: problemSentence(error) });
    },
  });
  if (!isAllowed || twoFactor || status !== "active") return null;
  return () => (reminding.isPending ? undefined : reminding.mutate());
}
