import type { SendInvitationsResult } from "@gatehouse/sdk/contract";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";
import { useApi, useApiKey } from "../../../lib/api/use-api.tsx";
import { splitIntoBatches, useBatchRunner } from "../../../lib/lists/batch-runner.ts";
import { createRandomId } from "../../../lib/random-id.ts";
import { useOrganization, useSession } from "../../../lib/session/session.tsx";
import { recallInTab, rememberInTab } from "../../../lib/storage/storage.ts";
import type { InvitationOptions } from "../compose/invitation-options.tsx";
import { toRequestedRoles, type ValidatedPerson } from "./listed-people.ts";

/**
 * Invites a list in batches of 100. Each batch is one transaction with its own idempotency key: after an interruption the
 * list is sent again from the start, and completed batches return the same result without a second email.
 */
export function useSending() {
  const api = useApi();
  const { me } = useSession();
  const organization = useOrganization();
  const owner = `${organization.id} ${me.account.id}`;
  const run = useBatchRunner<Invitee, Result>();
  const [plan, setPlan] = useState(() => loadPlan(owner));
  const phase = run.state?.phase;
  useRefresh(phase === "finished" || phase === "stopped");
  useEffect(() => {
    if (phase === "finished") storePlan(null);
  }, [phase]);
  function send(next: SendPlan) {
    run.start({
      batches: splitIntoBatches(next.people, batchSize),
      async send(chunk) {
        const { results } = await api("POST /organizations/:organizationId/invitations", {
          body: {
            ...next.terms,
            invitations: chunk.map(({ text, name, ...roles }) => ({
              email: text,
              ...toRequestedRoles(roles),
              ...(name === undefined ? {} : { name }),
            })),
          },
          idempotencyKey: getIdempotencyKey(next, chunk),
        });
        return results;
      },
    });
  }
  return {
    ...run,
    plan,
    /** Continues a list that was interrupted. */
    goOn: () => (plan === null ? undefined : send(plan)),
    begin(people: readonly Invitee[], { roles: _, ...terms }: InvitationOptions) {
      const next: SendPlan = { id: createRandomId(), owner, people, terms };
      storePlan(next);
      setPlan(next);
      send(next);
    },
    forget() {
      storePlan(null);
      setPlan(null);
    },
  };
}

/** Refreshes the lists of invitations. */
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

/** A person to invite. */
export type Invitee = Pick<ValidatedPerson, "line" | "text" | "name" | "roleIds" | "offered">;

/** The server's result for one person. */
export type Result = SendInvitationsResult["results"][number];

/** A list being sent. Idempotency keys derive from its id, so a batch that is sent again is the same request. */
export interface SendPlan {
  readonly id: string;
  /** Organization and account that own it. */
  readonly owner: string;
  readonly people: readonly Invitee[];
  readonly terms: Omit<InvitationOptions, "roles">;
}

/** People in one request and one transaction. */
const batchSize = 100;

/** Stores a plan in the tab; null removes it. */
function storePlan(plan: SendPlan | null): void {
  rememberInTab("invite-many", plan === null ? null : JSON.stringify(plan));
}

/** The plan that this account has stored in the tab, or null. */
function loadPlan(owner: string): SendPlan | null {
  try {
    const plan = JSON.parse(recallInTab("invite-many") ?? "null") as SendPlan | null;
    return plan?.owner === owner ? plan : null;
  } catch {
    return null;
  }
}

/** The idempotency key of a batch. */
function getIdempotencyKey(plan: SendPlan, chunk: readonly Invitee[]): string {
  const [first] = chunk;
  return `${plan.id}-${first === undefined ? 0 : plan.people.indexOf(first)}`;
}
