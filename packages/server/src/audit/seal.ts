/**
 * Gives committed audit events their sequence numbers and hashes. Every reader of the log does this first, and a timer does it
 * for everybody else: see `start-sealing.ts`.
 */
import { setTimeout as wait } from "node:timers/promises";
import { type Database, DatabaseUnavailable, type Tx } from "../db/database.ts";
import { prepare, sql } from "../db/sql.ts";

/** Events of one transaction. */
const batchSize = 2_000;

/**
 * Seals events inside a transaction of the organization. Returns whether every event is sealed that was committed before
 * this statement began: not while another transaction is sealing, nor when there are more than fit in one batch.
 */
export async function sealEvents(
  tx: Pick<Tx, "query">,
  organizationId: string,
): Promise<"all" | "more" | "busy"> {
  const { rows } = await tx.query(
    sql<{
      sealed: number | null;
    }>`${prepare("sealAuditEvents")} SELECT seal_audit_events(${organizationId}::uuid, ${batchSize}) AS sealed`,
  );
  const sealed = rows[0]?.sealed ?? null;
  if (sealed === null) return "busy";
  return sealed < batchSize ? "all" : "more";
}

/** Delays between attempts while another transaction is sealing. Milliseconds; together about a third of a second. */
const retryDelays = [2, 4, 8, 16, 32, 64, 100, 100];

/**
 * Seals every event that was committed before the call. Returns false when another transaction keeps the lock, or the
 * database is unavailable or read-only: then the last events stay without a number for now.
 */
export async function sealCommittedEvents(
  db: Pick<Database, "tenant">,
  organizationId: string,
): Promise<boolean> {
  const delays = [...retryDelays];
  const options = { isUnqueued: true, system: "numbers committed events" } as const;
  try {
    for (;;) {
      const outcome = await db.tenant(organizationId, (tx) => sealEvents(tx, organizationId), options);
      if (outcome === "all") return true;
      if (outcome === "more") continue;
      const delay = delays.shift();
      if (delay === undefined) return false;
      await wait(delay);
    }
  } catch (error) {
    if (error instanceof DatabaseUnavailable) return false;
    throw error;
  }
}

/** Seals what can be sealed in every organization. A database of an earlier version has nothing to seal. */
export async function sealEveryOrganization(db: Pick<Database, "tenant" | "shared">): Promise<void> {
  for (const id of await listOrganizationsToSeal(db).catch(() => [])) await sealBeforeReading(db, id);
}

/** The same before the log is read. A failure doesn't prevent reading: the background reports it. */
export async function sealBeforeReading(db: Pick<Database, "tenant">, organizationId: string): Promise<void> {
  await sealCommittedEvents(db, organizationId).catch(() => false);
}

/** Ids of the organizations with events that aren't sealed. */
export async function listOrganizationsToSeal(db: Pick<Database, "shared">): Promise<readonly string[]> {
  return db.shared(
    async (tx) => {
      const { rows } = await tx.query(sql<{ id: string }>`SELECT organizations_with_unsealed_events() AS id`);
      return rows.map(({ id }) => id);
    },
    { readOnly: true },
  );
}
