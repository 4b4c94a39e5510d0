/** How many rows the statements of a use case read: what decides its time in a large organization. */
import type { Database, OpenDatabase, Tx } from "../src/db/database.ts";

/** A node of a plan in JSON. */
interface PlanNode {
  readonly "Relation Name"?: string;
  readonly "Actual Rows"?: number;
  readonly "Actual Loops"?: number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly Plans?: readonly PlanNode[];
}

/**
 * Runs `work` with a database that executes every statement of a transaction with EXPLAIN first, and returns the number of
 * rows that all of them read from tables, including those that a filter removed.
 */
export async function countRowsRead(
  db: OpenDatabase,
  work: (explained: Database) => Promise<unknown>,
): Promise<number> {
  let rows = 0;
  const explain = (tx: Tx): Tx => ({
    ...tx,
    query: async (statement) => {
      const { text, values } = statement;
      const explained = { text: `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values };
      const result = await tx.query<{ "QUERY PLAN": readonly { readonly Plan: PlanNode }[] }>(explained);
      for (const { Plan } of result.rows[0]?.["QUERY PLAN"] ?? []) rows += countRows(Plan);
      return tx.query(statement);
    },
  });
  const tenant: Database["tenant"] = (organizationId, run, options) =>
    db.tenant(organizationId, (tx) => run(explain(tx)), options);
  await work({ ...db, tenant });
  return rows;
}

function countRows(node: PlanNode): number {
  const loops = node["Actual Loops"] ?? 1;
  const own =
    node["Relation Name"] === undefined
      ? 0
      : (node["Actual Rows"] ?? 0) +
        (node["Rows Removed by Filter"] ?? 0) +
        (node["Rows Removed by Index Recheck"] ?? 0);
  return own * loops + (node.Plans ?? []).reduce((sum, child) => sum + countRows(child), 0);
}
