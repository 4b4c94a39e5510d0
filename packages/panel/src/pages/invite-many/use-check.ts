import type { CheckInvitationsResult } from "@gatehouse/sdk/contract";
import { useMutation } from "@tanstack/react-query";
import { useApi } from "../../app/session/api.tsx";
import type { Listed } from "./judge-people.ts";

/** Somebody of the list, with what the server says of them; null where the list itself was wrong. */
export interface Checked {
  readonly listed: Listed;
  readonly answer: CheckInvitationsResult["results"][number] | null;
}

/** Whether somebody can be invited. */
export function isReady({ answer }: Checked): boolean {
  return answer?.status === "ready" || answer?.status === "replaces";
}

/** Asks the server what would become of a list. Nobody is invited by it. */
export function useCheck() {
  const api = useApi();
  return useMutation({
    async mutationFn(list: readonly Listed[]): Promise<readonly Checked[]> {
      const asked = list.filter(({ fault }) => fault === null);
      const { results } =
        asked.length === 0
          ? { results: [] }
          : await api("POST /organizations/:organizationId/invitations/check", {
              body: {
                invitations: asked.map(({ text, roleIds }) => ({ email: text, roleIds: [...roleIds] })),
              },
            });
      const answers = new Map(asked.map((listed, index) => [listed, results[index] ?? null]));
      return list.map((listed) => ({ listed, answer: answers.get(listed) ?? null }));
    },
  });
}
