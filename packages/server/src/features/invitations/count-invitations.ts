import type { InvitationCounts } from "@gatehouse/sdk/contract";
import { searchWords } from "../../database/search-words.ts";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { cappedTotal } from "../../http/paging.ts";
import { countEachKind } from "./queries.ts";

/** How many invitations there are of each kind; with `query` of those that the list would find. */
export async function countInvitations(
  deps: Pick<Deps, "db" | "clock">,
  actor: Pick<Actor, "organizationId">,
  input: { readonly query?: string | undefined },
): Promise<InvitationCounts> {
  const { organizationId } = actor;
  const filter = { organizationId, words: searchWords(input.query), now: deps.clock.now() };
  const counts = await deps.db.tenant(organizationId, (tx) => countEachKind(tx, filter), { readOnly: true });
  return {
    pending: cappedTotal(counts.pending),
    expired: cappedTotal(counts.expired),
    failed: cappedTotal(counts.failed),
    accepted: cappedTotal(counts.accepted),
    revoked: cappedTotal(counts.revoked),
  };
}
