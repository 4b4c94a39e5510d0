import type { Delivery, InvitationStatus, InvitationView, Total } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import { searchWords } from "../../database/search-words.ts";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { cappedTotal, cursorInstant, cutPage, decodeCursor, defaultLimit } from "../../http/paging.ts";
import { viewInvitation } from "./invitation-view.ts";
import { countMatching, listInvitations as listStored, type StoredInvitation } from "./queries.ts";

const position = z.strictObject({ createdAt: cursorInstant, id: z.uuid() });

/** Invitations, newest first; with `query` those whose name and address have all of its words. */
export async function listInvitations(
  deps: Pick<Deps, "db" | "clock">,
  actor: Pick<Actor, "organizationId">,
  input: {
    readonly status?: InvitationStatus | undefined;
    readonly delivery?: Delivery | undefined;
    readonly query?: string | undefined;
    readonly cursor?: string | undefined;
    readonly limit?: number | undefined;
  },
): Promise<{ readonly items: InvitationView[]; readonly nextCursor: string | null; readonly total: Total }> {
  const { organizationId } = actor;
  const limit = input.limit ?? defaultLimit;
  const after = decodeCursor(position, input.cursor);
  const now = deps.clock.now();
  const filter = {
    organizationId,
    status: input.status,
    delivery: input.delivery,
    words: searchWords(input.query),
    now,
  };
  return deps.db.tenant(
    organizationId,
    async (tx) => {
      const rows = await listStored(tx, { ...filter, after, limit: limit + 1 });
      const { items, nextCursor } = cutPage(rows, limit, positionOf);
      const total = cappedTotal(await countMatching(tx, filter));
      return { items: items.map((invitation) => viewInvitation(invitation, now)), nextCursor, total };
    },
    { readOnly: true },
  );
}

function positionOf({ createdAt, id }: StoredInvitation): z.infer<typeof position> {
  return { createdAt: createdAt.toISOString(), id };
}
