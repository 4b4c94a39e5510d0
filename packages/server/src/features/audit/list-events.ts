/** Lists audit events, and reads the filters that lists and exports share. */
import type { AuditEvent, Total } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import type { Actor } from "../../auth/actor.ts";
import type { Database } from "../../db/database.ts";
import { searchWords } from "../../db/search-words.ts";
import { ApiError } from "../../errors/api-error.ts";
import { cappedTotal, cutPage, decodeCursor, defaultLimit } from "../../http/pagination.ts";
import { countWithin } from "./one-entry.ts";
import { countEvents, type EventFilter, listEvents, type StoredEvent } from "./select-events.ts";

const cursorKeys = z.strictObject({ sequence: z.int().check(z.gte(1)) });

interface AuditEventList {
  readonly items: AuditEvent[];
  readonly nextCursor: string | null;
  readonly total: Total;
  /** In a grouped list: how many events are listed within an entry, by its id. */
  readonly within?: Readonly<Record<string, number>>;
}

/**
 * Audit events of the organization, newest first.
 * @throws ApiError request/cursor, request/invalid
 */
export async function listAuditEvents(
  deps: { readonly db: Database },
  actor: Actor,
  input: RequestedFilter & { readonly cursor?: string | undefined; readonly limit?: number | undefined },
): Promise<AuditEventList> {
  const filter = readFilter(actor.organizationId, input);
  const limit = input.limit ?? defaultLimit;
  const after = decodeCursor(cursorKeys, input.cursor)?.sequence ?? null;
  return deps.db.tenant(
    actor.organizationId,
    async (tx) => {
      const rows = await listEvents(tx, { ...filter, order: "newest-first", after, limit: limit + 1 });
      const { items, nextCursor } = cutPage(rows, limit, ({ sequence }) => ({ sequence }));
      const isAll = after === null && nextCursor === null;
      const total = isAll ? cappedTotal(items.length) : await countEvents(tx, filter);
      const page = { items: items.map(viewEvent), nextCursor, total };
      if (!filter.isGrouped) return page;
      const ids = items.map(({ id }) => id);
      return { ...page, within: await countWithin(tx, actor.organizationId, ids) };
    },
    { readOnly: true },
  );
}

/** An event as the API returns it. */
export function viewEvent(event: StoredEvent): AuditEvent {
  return { ...event, at: event.at.toISOString() };
}

/** Filters of a query string. */
export interface RequestedFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly target?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Words that the name of the actor or of the target contains. */
  readonly query?: string | undefined;
  /** Lists the events of a bulk change within its first one. */
  readonly grouped?: "true" | "false" | undefined;
  /** Id of an entry of the grouped list: the events within it. */
  readonly within?: string | undefined;
}

/**
 * The filter of a request. `actor` is an id, or the word `system`.
 * @throws ApiError request/invalid for a malformed id
 */
export function readFilter(organizationId: string, requested: RequestedFilter): EventFilter {
  const { actor, action, target, from, to, query, grouped, within } = requested;
  return {
    organizationId,
    actor: actor === undefined ? null : parseActor(actor),
    action: action ?? null,
    targetId: target === undefined ? null : parseId(target, "target"),
    from: from === undefined ? null : new Date(from),
    to: to === undefined ? null : new Date(to),
    words: searchWords(query),
    isGrouped: grouped === "true",
    entryId: within === undefined ? null : parseId(within, "within"),
  };
}

function parseActor(actor: string): EventFilter["actor"] {
  return actor === "system" ? { type: "system", id: null } : { type: null, id: parseId(actor, "actor") };
}

function parseId(text: string, path: string): string {
  const parsed = z.uuid().safeParse(text);
  if (parsed.success) return parsed.data;
  const detail =
    path === "within"
      ? "Give the id of an event."
      : `Give the id of ${path === "actor" ? "who did it" : "what it was done to"}, as users, roles and keys have it.`;
  throw new ApiError("request/invalid", { detail, errors: [{ path, code: "request/invalid", detail }] });
}
