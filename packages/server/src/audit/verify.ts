/** Checks that nobody has changed, removed or slipped in an audit event. */
import { sql } from "kysely";
import type { Database, Tx } from "../database/database.ts";
import type { Engine } from "../database/engine.ts";

/** Where a chain stops being whole. */
interface Break {
  /** Of the first event that is wrong or missing. */
  readonly sequence: number;
  readonly reason:
    | "missing"
    | "changed"
    | "unlinked"
    | "cut off"
    | "beyond the head"
    | "no head"
    | "no events"
    | "no organization";
}

/** What was found in one organization. */
export interface ChainReport {
  readonly organizationId: string;
  /** Events that were checked and found whole. */
  readonly events: number;
  /** Hash of the last event: noted elsewhere, it shows later that nothing before it was rewritten. */
  readonly head: string;
  readonly brokenAt: Break | null;
}

interface Link {
  readonly sequence: number;
  readonly previousHash: string;
  readonly hash: string;
  readonly computed: string;
}

interface Head {
  readonly sequence: number;
  readonly hash: string;
}

const pageSize = 1000;
const beginning: Head = { sequence: 0, hash: "0".repeat(64) };

/** Checks the chains of all organizations, one after the other. */
export async function* verifyAllChains(engine: Engine, db: Database): AsyncGenerator<ChainReport> {
  for (const { id, isThere } of await listOrganizations(engine)) {
    const report = await verifyChain(db, id);
    const brokenAt = report.brokenAt ?? { sequence: 1, reason: "no organization" as const };
    yield isThere ? report : { ...report, brokenAt };
  }
}

/**
 * Every organization that there is, and those that only traces are left of: asked of the table itself, as neither a chain nor a
 * member has to be left for one to be missed. Row-level security shows all of them to the owner of the triggers alone.
 */
async function listOrganizations(engine: Engine): Promise<readonly { id: string; isThere: boolean }[]> {
  return engine.patiently(async (client) => {
    await client.query("begin read only");
    try {
      await client.query("set local role gatehouse_keeper");
      const { rows } = await client.query<{ id: string; isThere: boolean }>(`
        select id, bool_or("isThere") as "isThere" from (
          select organization_id as id, true as "isThere" from public.organizations
          union all select organization_id, false from public.audit_heads
          union all select organization_id, false from public.account_organizations) found
         group by id order by id`);
      return rows;
    } finally {
      await client.query("rollback");
    }
  });
}

/** Checks the chain of one organization, as of one moment. */
export async function verifyChain(db: Database, organizationId: string): Promise<ChainReport> {
  const options = { isolation: "repeatable read", readOnly: true } as const;
  return db.tenant(organizationId, (tx) => walk(tx, organizationId), options);
}

async function walk(tx: Tx, organizationId: string): Promise<ChainReport> {
  const recorded = await readHead(tx, organizationId);
  let last = beginning;
  for (;;) {
    const page = await readPage(tx, organizationId, last.sequence);
    for (const link of page) {
      const reason = faultOf(link, last);
      if (reason !== null) {
        const sequence = reason === "missing" ? last.sequence + 1 : link.sequence;
        return { organizationId, events: last.sequence, head: last.hash, brokenAt: { sequence, reason } };
      }
      last = link;
    }
    if (page.length < pageSize) break;
  }
  return {
    organizationId,
    events: last.sequence,
    head: last.hash,
    brokenAt: compareWithHead(last, recorded),
  };
}

function faultOf(link: Link, before: Head): "missing" | "unlinked" | "changed" | null {
  if (link.sequence !== before.sequence + 1) return "missing";
  if (link.previousHash !== before.hash) return "unlinked";
  return link.computed === link.hash ? null : "changed";
}

/** Where the events end and where the head says that they end. Each organization has an event from its founding on. */
function compareWithHead(last: Head, recorded: Head | null): Break | null {
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

async function readHead(tx: Tx, organizationId: string): Promise<Head | null> {
  const head = await tx
    .selectFrom("audit_heads")
    .select(["sequence", "hash"])
    .where("organization_id", "=", organizationId)
    .executeTakeFirst();
  return head ?? null;
}

async function readPage(tx: Tx, organizationId: string, after: number): Promise<readonly Link[]> {
  const { rows } = await sql<Link>`
    SELECT e.sequence, e.previous_hash AS "previousHash", e.hash, audit_hash(e) AS computed
      FROM audit_events e
     WHERE e.organization_id = ${organizationId} AND e.sequence > ${after}
     ORDER BY e.sequence LIMIT ${pageSize}`.execute(tx);
  return rows;
}
