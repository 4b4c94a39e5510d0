import type { AuditEvent, Total } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import type { Actor } from "../../auth/actor.ts";
import type { Database } from "../../db/database.ts";
import { ApiError } from "../../errors/api-error.ts";
import { cappedTotal, cutPage, decodeCursor, defaultLimit } from "../../http/pagination.ts";
import { countEvents, type EventFilter, listEvents, type StoredEvent } from "./queries.ts";

const cursorKeys = z.strictObject({ sequence: z.int().check(z.gte(1)) });

/**
 * Audit events of the organization, newest first.
 * @throws ApiError request/cursor, request/invalid
 */
export async function listAuditEvents(
  deps: { readonly db: Database },
  actor: Actor,
  input: RequestedFilter & { readonly cursor?: string | undefined; readonly limit?: number | undefined },
): Promise<{ readonly items: AuditEvent[]; readonly nextCursor: string | null; readonly total: Total }> {
  const filter = readFilter(actor.organizationId, input);
  const limit = input.limit ?? defaultLimit;
  const after = decodeCursor(cursorKeys, input.cursor)?.sequence ?? null;
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
}

/**
 * The filter of a request. `actor` is an id, or the word `system`.
 * @throws ApiError request/invalid for a malformed id
 */
export function readFilter(organizationId: string, requested: RequestedFilter): EventFilter {
  const { actor, action, target, from, to } = requested;
  return {
    organizationId,
    actor: actor === undefined ? null : parseActor(actor),
    action: action ?? null,
    targetId: target === undefined ? null : parseId(target, "target"),
    from: from === undefined ? null : new Date(from),
    to: to === undefined ? null : new Date(to),
  };
}

function parseActor(actor: string): EventFilter["actor"] {
  return actor === "system" ? { type: "system", id: null } : { type: null, id: parseId(actor, "actor") };
}

function parseId(text: string, path: string): string {
  const parsed = z.uuid().safeParse(text);
  if (parsed.success) return parsed.data;
  const detail = `Give the id of ${path === "actor" ? "who did it" : "what it was done to"}, as users, roles and keys have it.`;
  throw new ApiError("request/invalid", { detail, errors: [{ path, code: "request/invalid", detail }] });
}
