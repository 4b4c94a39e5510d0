/** Lists audit events, with the queries that lists and exports share. */
import type { ActorReference, AuditEvent, Total } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import type { Actor } from "../../auth/actor.ts";
import type { Database, Tx } from "../../db/database.ts";
import { searchWords } from "../../db/search-words.ts";
import { joinSql, type Statement, sql } from "../../db/sql.ts";
import { ApiError } from "../../errors/api-error.ts";
import { cappedTotal, cutPage, decodeCursor, defaultLimit, maxCounted } from "../../http/pagination.ts";
import { toNamePattern } from "./name-pattern.ts";
import { countWithin, isEntry, isWithinEntry } from "./one-entry.ts";

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
      const total = cappedTotal(isAll ? items.length : await countEvents(tx, filter));
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

/** Which events; null matches all. */
export interface EventFilter {
  readonly organizationId: string;
  readonly actor: { readonly type: ActorReference["type"] | null; readonly id: string | null } | null;
  /** An action (`users.edited`), or the beginning of several up to the dot (`users.`). */
  readonly action: string | null;
  readonly targetId: string | null;
  /** From this instant on. */
  readonly from: Date | null;
  /** Up to, not including, this instant. */
  readonly to: Date | null;
  /** Folded words; each must occur in the name of the actor or of the target. */
  readonly words: readonly string[];
  readonly isGrouped: boolean;
  /** Only events within this entry. */
  readonly entryId: string | null;
}

/** An event as it is stored. */
export interface StoredEvent {
  readonly id: string;
  readonly sequence: number;
  readonly at: Date;
  readonly actor: ActorReference;
  readonly action: string;
  readonly target: AuditEvent["target"];
  readonly changes: AuditEvent["changes"];
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly hash: string;
}

/** A page of the log, following the event with sequence `after`. */
export interface EventPage extends EventFilter {
  readonly order: "newest-first" | "oldest-first";
  readonly after: number | null;
  readonly limit: number;
}

/** Events in order. */
export async function listEvents(tx: Tx, page: EventPage): Promise<readonly StoredEvent[]> {
  const { after } = page;
  const isNewestFirst = page.order === "newest-first";
  const following =
    after === null ? sql`true` : sql`e.sequence ${isNewestFirst ? sql`<` : sql`>`} ${after}::bigint`;
  const { rows } = await tx.query(sql<StoredEvent>`
    SELECT e.event_id AS id, e.sequence::double precision AS sequence, e.at, e.action, e.changes, e.ip,
      e.user_agent AS "userAgent", e.hash,
      jsonb_build_object('type', e.actor_type, 'id', e.actor_id, 'name', e.actor_name) AS actor,
      jsonb_build_object('type', e.target_type, 'id', e.target_id, 'name', e.target_name) AS target
    FROM audit_events e WHERE ${whereFilter(page)} AND ${following}
    ORDER BY e.sequence ${isNewestFirst ? sql`DESC` : sql`ASC`} LIMIT ${page.limit}`);
  return rows;
}

/** Whether the log has that event: after a restore another one may have its sequence. */
export async function hasEvent(
  tx: Tx,
  organizationId: string,
  { sequence, hash }: Pick<StoredEvent, "sequence" | "hash">,
): Promise<boolean> {
  const { rows } = await tx.query(sql`
    SELECT FROM audit_events e
    WHERE e.organization_id = ${organizationId} AND e.sequence = ${sequence}::bigint AND e.hash = ${hash}`);
  return rows.length === 1;
}

/** The number of events, counted to one beyond the cap. */
async function countEvents(tx: Tx, filter: EventFilter): Promise<number> {
  const { rows } = await tx.query(sql<{ count: number }>`
    SELECT count(*)::integer AS count FROM (
      SELECT FROM audit_events e WHERE ${whereFilter(filter)} LIMIT ${maxCounted + 1}) AS counted`);
  return rows[0]?.count ?? 0;
}

function whereFilter(filter: EventFilter): Statement {
  const { organizationId, actor, action, targetId, from, to, words, isGrouped, entryId } = filter;
  const conditions = [
    sql`e.organization_id = ${organizationId}`,
    ...(actor === null || actor.type === null ? [] : [sql`e.actor_type = ${actor.type}`]),
    ...(actor === null || actor.id === null ? [] : [sql`e.actor_id = ${actor.id}::uuid`]),
    ...(action === null ? [] : [whereAction(action)]),
    ...(targetId === null ? [] : [sql`e.target_id = ${targetId}::uuid`]),
    ...(from === null ? [] : [sql`e.at >= ${from}`]),
    ...(to === null ? [] : [sql`e.at < ${to}`]),
    ...words
      .map(toNamePattern)
      .map((pattern) => sql`(e.actor_name ~ ${pattern} OR e.target_name ~ ${pattern})`),
    ...(isGrouped ? [isEntry(organizationId)] : []),
    ...(entryId === null ? [] : [isWithinEntry(organizationId, entryId)]),
  ];
  return joinSql(conditions, " AND ");
}

/** `/` is the character after the dot, so a range matches the prefix and can use an index. */
function whereAction(action: string): Statement {
  if (!action.endsWith(".")) return sql`e.action = ${action}`;
  return sql`(e.action >= ${action} AND e.action < ${`${action.slice(0, -1)}/`})`;
}
