/** Lists audit events, and reads the filters that lists and exports share. */
import type { AuditEvent, Total } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import { sealBeforeReading } from "../../audit/seal.ts";
import type { Actor } from "../../auth/actor.ts";
import type { Database, Tx } from "../../db/database.ts";
import { searchWords } from "../../db/search-words.ts";
import { ApiError } from "../../errors/api-error.ts";
import { cappedTotal, cutPage, decodeCursor, defaultLimit, maxCounted } from "../../http/pagination.ts";
import { countWithin } from "./one-entry.ts";
import {
  countEvents,
  type EventFilter,
  type EventPage,
  listEvents,
  type StoredEvent,
} from "./select-events.ts";
import { listUnsealedEvents } from "./unsealed-events.ts";

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
  const { organizationId } = actor;
  const page: EventPage = {
    ...readFilter(organizationId, input),
    order: "newest-first",
    after: decodeCursor(cursorKeys, input.cursor)?.sequence ?? null,
    limit: input.limit ?? defaultLimit,
  };
  const list = await readList(deps.db, page);
  if (list.items.every(({ sequence }) => sequence !== null)) return list;
  await sealBeforeReading(deps.db, organizationId);
  return readList(deps.db, page);
}

/** After this, a list continues with the newest sealed event. */
const afterUnsealed = Number.MAX_SAFE_INTEGER;

/** One page, in one snapshot: an event that is sealed meanwhile is neither missing nor there twice. */
async function readList(db: Database, page: EventPage): Promise<AuditEventList> {
  const { organizationId, limit, after } = page;
  const query = { ...page, limit: limit + 1 };
  return db.tenant(
    organizationId,
    async (tx) => {
      const [unsealed, sealed] = await Promise.all([
        after === null ? listUnsealedEvents(tx, query) : { events: [] },
        listEvents(tx, query),
      ]);
      const { items, nextCursor } = cutPage([...unsealed.events, ...sealed], limit, ({ sequence }) => ({
        sequence: sequence ?? afterUnsealed,
      }));
      const isAll = after === null && nextCursor === null;
      const total = isAll ? cappedTotal(items.length) : await countAll(tx, page);
      const view = { items: items.map(viewEvent), nextCursor, total };
      if (!page.isGrouped) return view;
      const ids = items.map(({ id }) => id);
      return { ...view, within: await countWithin(tx, organizationId, ids) };
    },
    { readOnly: true, mayUseReplica: true, isolation: "repeatable read" },
  );
}

async function countAll(tx: Tx, page: EventPage): Promise<Total> {
  const [sealed, unsealed] = await Promise.all([
    countEvents(tx, page),
    listUnsealedEvents(tx, { ...page, limit: maxCounted }),
  ]);
  return { ...sealed, count: sealed.count + unsealed.events.length };
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
