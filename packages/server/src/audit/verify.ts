/** Verifies the hash chains of the audit logs: no event was changed, removed or inserted. */

import { setTimeout as wait } from "node:timers/promises";
import type pg from "pg";
import type { Database, Tx } from "../db/database.ts";
import type { Engine } from "../db/engine.ts";
import { rawSql, sql } from "../db/sql.ts";
import { sealCommittedEvents } from "./seal.ts";

/** Where a chain is broken. */
interface ChainBreak {
  /** The first event that is wrong or missing. */
  readonly sequence: number;
  readonly reason:
    | "missing"
    | "changed"
    | "unlinked"
    | "rewritten"
    | "cut off"
    | "beyond the head"
    | "unsealed"
    | "no head"
    | "no events"
    | "no organization";
}

/** The result for one organization. */
export interface ChainReport {
  readonly organizationId: string;
  /** Number of events that were verified. */
  readonly events: number;
  /** Hash of the last event: stored elsewhere, it proves later that nothing before it was rewritten. */
  readonly head: string;
  readonly brokenAt: ChainBreak | null;
}

interface ChainLink {
  readonly sequence: number;
  readonly previousHash: string;
  readonly hash: string;
  readonly computed: string;
}

/** An event's number and hash. */
export interface ChainHead {
  readonly sequence: number;
  readonly hash: string;
}

const pageSize = 1000;
/** The head of a chain without events. */
export const genesis: ChainHead = { sequence: 0, hash: "0".repeat(64) };

/** Verifies the chains of all organizations, one after the other. */
export async function* verifyAllChains(engine: Engine, db: Database): AsyncGenerator<ChainReport> {
  const organizations = await engine.withoutTimeout(async (client) => {
    await client.query("begin read only");
    try {
      return await listOrganizations(client);
    } finally {
      await client.query("rollback");
    }
  });
  for (const { id, isThere } of organizations) {
    const report = await verifyChain(db, id);
    const brokenAt = report.brokenAt ?? { sequence: 1, reason: "no organization" as const };
    yield isThere ? report : { ...report, brokenAt };
  }
}

/**
 * Every organization, including deleted ones of which only rows in other tables are left. Reads the table directly,
 * because an organization may be missing from the audit heads and memberships. Row-level security shows all of them
 * only to the role that owns the triggers. Needs a transaction.
 */
export async function listOrganizations(
  client: pg.ClientBase,
): Promise<readonly { readonly id: string; readonly isThere: boolean }[]> {
  await client.query("set local role gatehouse_keeper");
  const { rows } = await client.query<{ id: string; isThere: boolean }>(`
    select id, bool_or("isThere") as "isThere" from (
      select organization_id as id, true as "isThere" from public.organizations
      union all select organization_id, false from public.audit_heads
      union all select organization_id, false from public.unsealed_audit_events
      union all select organization_id, false from public.account_organizations) found
     group by id order by id`);
  await client.query("set local role none");
  return rows;
}

/** How long other transactions may need to seal the events that are there. */
const sealWithinMs = 10_000;
const pollDelayMs = 100;

/**
 * Seals the events of one organization and verifies its chain, in one snapshot; with `since` only from that event on, which must
 * have that hash. Events that were there before and stay unsealed are reported, too.
 */
export async function verifyChain(
  db: Pick<Database, "tenant">,
  organizationId: string,
  {
    sealWithin = sealWithinMs,
    since = null,
  }: { readonly sealWithin?: number; readonly since?: ChainHead | null } = {},
): Promise<ChainReport> {
  const newest = await findUnsealed(db, organizationId, "max");
  const isSealed = newest === null || (await sealUpTo(db, organizationId, newest, sealWithin));
  const report = await db.tenant(organizationId, (tx) => verifyEvents(tx, organizationId, since), {
    isolation: "repeatable read",
    readOnly: true,
  });
  if (isSealed || report.brokenAt !== null) return report;
  return { ...report, brokenAt: { sequence: report.events + 1, reason: "unsealed" } };
}

/** Seals events up to this position, or waits until others have. Returns false when some are left after `withinMs`. */
async function sealUpTo(
  db: Pick<Database, "tenant">,
  organizationId: string,
  newest: number,
  withinMs: number,
): Promise<boolean> {
  const until = performance.now() + withinMs;
  for (;;) {
    // A broken chain can't be continued: where it is broken is found below.
    if (await sealCommittedEvents(db, organizationId).catch(() => false)) return true;
    const oldest = await findUnsealed(db, organizationId, "min");
    if (oldest === null || oldest > newest) return true;
    if (performance.now() >= until) return false;
    await wait(pollDelayMs);
  }
}

/** The position of the first or last event that isn't sealed; null when all are. */
async function findUnsealed(
  db: Pick<Database, "tenant">,
  organizationId: string,
  edge: "min" | "max",
): Promise<number | null> {
  return db.tenant(
    organizationId,
    async (tx) => {
      const { rows } = await tx.query(sql<{ position: number | null }>`
        SELECT ${rawSql(edge)}(u.position) AS position FROM unsealed_audit_events u
        WHERE u.organization_id = ${organizationId}`);
      return rows[0]?.position ?? null;
    },
    { readOnly: true },
  );
}

/** Verifies the chain of the transaction's organization: all of it, or from an event on that must have this hash. */
export async function verifyEvents(
  tx: Pick<Tx, "query">,
  organizationId: string,
  since: ChainHead | null = null,
): Promise<ChainReport> {
  const recorded = await readHead(tx, organizationId);
  let last = since ?? genesis;
  if (last.sequence > 0) {
    const [first] = await readPage(tx, organizationId, last.sequence - 1, 1);
    const reason = first === undefined ? "missing" : findRewriting(first, last);
    if (reason !== null)
      return { organizationId, events: 0, head: last.hash, brokenAt: { sequence: last.sequence, reason } };
  }
  for (;;) {
    const page = await readPage(tx, organizationId, last.sequence);
    for (const link of page) {
      const reason = findBreak(link, last);
      if (reason !== null) {
        const sequence = reason === "missing" ? last.sequence + 1 : link.sequence;
        return { organizationId, events: last.sequence, head: last.hash, brokenAt: { sequence, reason } };
      }
      last = link;
    }
    if (page.length < pageSize) break;
  }
  const brokenAt = compareWithHead(last, recorded);
  // The first events of a new organization may not be sealed yet.
  const isNew = brokenAt?.reason === "no events" && (await hasUnsealed(tx, organizationId));
  return { organizationId, events: last.sequence, head: last.hash, brokenAt: isNew ? null : brokenAt };
}

async function hasUnsealed(tx: Pick<Tx, "query">, organizationId: string): Promise<boolean> {
  const { rows } = await tx.query(
    sql`SELECT FROM unsealed_audit_events u WHERE u.organization_id = ${organizationId} LIMIT 1`,
  );
  return rows.length === 1;
}

function findRewriting(link: ChainLink, expected: ChainHead): "missing" | "rewritten" | "changed" | null {
  if (link.sequence !== expected.sequence) return "missing";
  if (link.hash !== expected.hash) return "rewritten";
  return link.computed === link.hash ? null : "changed";
}

function findBreak(link: ChainLink, before: ChainHead): "missing" | "unlinked" | "changed" | null {
  if (link.sequence !== before.sequence + 1) return "missing";
  if (link.previousHash !== before.hash) return "unlinked";
  return link.computed === link.hash ? null : "changed";
}

/** Compares the last event with the recorded head. Every organization has an event from its creation on. */
function compareWithHead(last: ChainHead, recorded: ChainHead | null): ChainBreak | null {
  if (recorded === null)
    return last.sequence === 0
      ? { sequence: 1, reason: "no events" }
      : { sequence: last.sequence, reason: "no head" };
  if (recorded.sequence > last.sequence) return { sequence: last.sequence + 1, reason: "cut off" };
  if (recorded.sequence < last.sequence)
    return { sequence: recorded.sequence + 1, reason: "beyond the head" };
  if (last.sequence === 0) return { sequence: 1, reason: "no events" };
  return recorded.hash === last.hash ? null : { sequence: last.sequence, reason: "changed" };
}

/** The recorded head of the organization's chain; null without one. */
export async function readHead(tx: Pick<Tx, "query">, organizationId: string): Promise<ChainHead | null> {
  const { rows } = await tx.query(
    sql<ChainHead>`SELECT sequence, hash FROM audit_heads WHERE organization_id = ${organizationId}`,
  );
  return rows[0] ?? null;
}

/** A row as the type that `audit_hash` takes: on a Citus cluster, the rows of a part of the table have another type. All columns, in order. */
const event = `ROW(e.organization_id, e.sequence, e.event_id, e.at, e.actor_type, e.actor_id, e.actor_name, e.action,
      e.target_type, e.target_id, e.target_name, e.changes, e.ip, e.user_agent, e.request_id, e.previous_hash, e.hash,
      e.search_key, e.is_within)::audit_events`;

async function readPage(
  tx: Pick<Tx, "query">,
  organizationId: string,
  after: number,
  limit = pageSize,
): Promise<readonly ChainLink[]> {
  const { rows } = await tx.query(sql<ChainLink>`
    SELECT e.sequence, e.previous_hash AS "previousHash", e.hash, audit_hash(${rawSql(event)}) AS computed
      FROM audit_events e
     WHERE e.organization_id = ${organizationId} AND e.sequence > ${after}
     ORDER BY e.sequence LIMIT ${limit}`);
  return rows;
}
