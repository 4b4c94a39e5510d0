import type { AuditEvent, Total } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import type { Database } from "../database/database.ts";
import type { Actor } from "../http/actor.ts";
import { cappedTotal, cutPage, decodeCursor, defaultLimit } from "../http/paging.ts";
import { countEvents, listEvents, type StoredEvent } from "./queries.ts";
import { type RequestedFilter, readFilter } from "./read-filter.ts";

const position = z.strictObject({ sequence: z.int().check(z.gte(1)) });

/**
 * What happened in the organization, newest first.
 * @throws Refusal request/cursor, request/invalid
 */
export async function listAuditEvents(
  deps: { readonly db: Database },
  actor: Actor,
  input: RequestedFilter & { readonly cursor?: string | undefined; readonly limit?: number | undefined },
): Promise<{ readonly items: AuditEvent[]; readonly nextCursor: string | null; readonly total: Total }> {
  const filter = readFilter(actor.organizationId, input);
  const limit = input.limit ?? defaultLimit;
  const after = decodeCursor(position, input.cursor)?.sequence ?? null;
  return deps.db.tenant(
    actor.organizationId,
    async (tx) => {
      const rows = await listEvents(tx, { ...filter, order: "newest-first", after, limit: limit + 1 });
      const { items, nextCursor } = cutPage(rows, limit, ({ sequence }) => ({ sequence }));
      const isAll = after === null && nextCursor === null;
      const total = cappedTotal(isAll ? items.length : await countEvents(tx, filter));
      return { items: items.map(viewEvent), nextCursor, total };
    },
    { readOnly: true },
  );
}

/** An event as the wire shows it. */
export function viewEvent(event: StoredEvent): AuditEvent {
  return { ...event, at: event.at.toISOString() };
}
