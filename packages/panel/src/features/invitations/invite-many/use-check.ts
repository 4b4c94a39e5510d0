import type { CheckInvitationsResult } from "@gatehouse/sdk/contract";
import { useMutation } from "@tanstack/react-query";
import { useApi } from "../../../lib/api/use-api.tsx";
import type { ValidatedPerson } from "./validate-people.ts";

/** A person with the server's answer; null if the row was invalid. */
export interface CheckedPerson {
  readonly listed: ValidatedPerson;
  readonly answer: CheckInvitationsResult["results"][number] | null;
}

/** Whether the person can be invited. */
export function isReady({ answer }: CheckedPerson): boolean {
  return answer?.status === "ready" || answer?.status === "replaces";
}

/** Checks a list on the server without inviting anyone. */
export function useCheck() {
  const api = useApi();
  return useMutation({
    async mutationFn(list: readonly ValidatedPerson[]): Promise<readonly CheckedPerson[]> {
      const asked = list.filter(({ error }) => error === null);
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
