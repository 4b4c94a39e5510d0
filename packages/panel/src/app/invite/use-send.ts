import type { SendInvitations, SendInvitationsResult } from "@gatehouse/sdk/contract";
import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { useApi } from "../session/api.tsx";

/** Sends invitations. A second try of the same request keeps its key, so that nobody is invited twice. */
export function useSend(onSent: (request: SendInvitations, answer: SendInvitationsResult) => void) {
  const api = useApi();
  const attempt = useRef<{ readonly request: string; readonly key: string } | null>(null);
  return useMutation({
    mutationFn(request: SendInvitations) {
      const written = JSON.stringify(request);
      if (attempt.current?.request !== written)
        attempt.current = { request: written, key: crypto.randomUUID() };
      return api("POST /organizations/:organizationId/invitations", {
        body: request,
        idempotencyKey: attempt.current.key,
      });
    },
    onSuccess(answer, request) {
      attempt.current = null;
      onSent(request, answer);
    },
  });
}
