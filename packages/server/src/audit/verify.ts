/** Checks that nobody has changed, removed or slipped in an audit event. */
import { sql } from "kysely";
import type { Database, Tx } from "../database/database.ts";

/** Where a chain stops being whole. */
interface Break {
  /** Of the first event that is wrong or missing. */
  readonly sequence: number;
  readonly reason: "missing" | "changed" | "unlinked" | "cut off";
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
export async function* verifyAllChains(db: Database): AsyncGenerator<ChainReport> {
  const organizations = await db.shared(
    (tx) =>
      tx
        .selectFrom("account_organizations")
        .select("organization_id")
        .distinct()
        .orderBy("organization_id")
        .execute(),
    { readOnly: true },
  );
  for (const { organization_id: id } of organizations) yield verifyChain(db, id);
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
  const isWhole = last.sequence === recorded.sequence && last.hash === recorded.hash;
  const brokenAt = isWhole ? null : ({ sequence: last.sequence + 1, reason: "cut off" } as const);
  return { organizationId, events: last.sequence, head: last.hash, brokenAt };
}

function faultOf(link: Link, before: Head): Break["reason"] | null {
  if (link.sequence !== before.sequence + 1) return "missing";
  if (link.previousHash !== before.hash) return "unlinked";
  return link.computed === link.hash ? null : "changed";
}

async function readHead(tx: Tx, organizationId: string): Promise<Head> {
  const head = await tx
    .selectFrom("audit_heads")
    .select(["sequence", "hash"])
    .where("organization_id", "=", organizationId)
    .executeTakeFirst();
  return head ?? beginning;
}

async function readPage(tx: Tx, organizationId: string, after: number): Promise<readonly Link[]> {
  const { rows } = await sql<Link>`
    SELECT e.sequence, e.previous_hash AS "previousHash", e.hash, audit_hash(e) AS computed
      FROM audit_events e
     WHERE e.organization_id = ${organizationId} AND e.sequence > ${after}
     ORDER BY e.sequence LIMIT ${pageSize}`.execute(tx);
  return rows;
}
