import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";
import type { Terms } from "../../app/invite/use-terms.ts";
import { chunksOf } from "../../app/lists/chunk-run.ts";
import { useChunkRun } from "../../app/lists/use-chunk-run.ts";
import { useApi, useApiKey } from "../../app/session/api.tsx";
import { useOrganization, useSession } from "../../app/session/session.tsx";
import { chunkSize, type Invitee, keepPlan, keptPlan, keyOf, type Plan, type Result } from "./plan.ts";

/**
 * Invites a list, a hundred at a time. Each hundred is one transaction and has a key of its own: whatever breaks off in
 * between, the same list goes on from the start, and what was done already answers as it did, without a second mail.
 */
export function useSending() {
  const api = useApi();
  const { me } = useSession();
  const organization = useOrganization();
  const owner = `${organization.id} ${me.account.id}`;
  const run = useChunkRun<Invitee, Result>();
  const [plan, setPlan] = useState(() => keptPlan(owner));
  const phase = run.state?.phase;
  useRefresh(phase === "finished" || phase === "stopped");
  useEffect(() => {
    if (phase === "finished") keepPlan(null);
  }, [phase]);
  function go(next: Plan) {
    run.start({
      chunks: chunksOf(next.people, chunkSize),
      async send(chunk) {
        const { results } = await api("POST /organizations/:organizationId/invitations", {
          body: {
            ...next.terms,
            invitations: chunk.map(({ text, name, roleIds }) => ({
              email: text,
              roleIds: [...roleIds],
              ...(name === undefined ? {} : { name }),
            })),
          },
          idempotencyKey: keyOf(next, chunk),
        });
        return results;
      },
    });
  }
  return {
    ...run,
    plan,
    /** Goes on with what was left behind. */
    goOn: () => (plan === null ? undefined : go(plan)),
    begin(people: readonly Invitee[], { roleIds: _, ...terms }: Terms) {
      const next: Plan = { id: crypto.randomUUID(), owner, people, terms };
      keepPlan(next);
      setPlan(next);
      go(next);
    },
    forget() {
      keepPlan(null);
      setPlan(null);
    },
  };
}

/** Lists of invitations show the new ones. */
function useRefresh(isOver: boolean): void {
  const client = useQueryClient();
  const key = useApiKey();
  const refresh = useEffectEvent(() => {
    void client.invalidateQueries({ queryKey: key("GET /organizations/:organizationId/invitations") });
    void client.invalidateQueries({ queryKey: key("GET /organizations/:organizationId/invitations/counts") });
  });
  useEffect(() => {
    if (isOver) refresh();
  }, [isOver]);
}
