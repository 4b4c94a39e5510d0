/** The plans of statements, as they run on a server: what decides their time in a large organization. */
import type { Database, OpenDatabase, Tx } from "../src/db/database.ts";
import { compileSingleRoundTrip } from "../src/db/open-transaction.ts";
import type { Query, Statement } from "../src/db/sql.ts";

/** A node of a plan in JSON. */
interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Actual Rows"?: number;
  readonly "Actual Loops"?: number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly Plans?: readonly PlanNode[];
}

/** What one statement read. */
export interface StatementPlan {
  readonly text: string;
  /** Rows that were read from tables, including those that a filter removed. */
  readonly rowsRead: number;
  /** Tables that were read from beginning to end, with the number of rows. */
  readonly sequentialScans: readonly { readonly table: string; readonly rows: number }[];
}

type Explained = { readonly "QUERY PLAN": readonly { readonly Plan: PlanNode }[] };

/**
 * The same database, and the plans of all statements that only read. Each is explained before it runs, in its own transaction: as the
 * application's role, with row-level security. A prepared statement is explained with the plan for every tenant, which it runs with.
 */
export function watchPlans(db: OpenDatabase): {
  readonly db: OpenDatabase;
  readonly plans: StatementPlan[];
} {
  const plans: StatementPlan[] = [];
  const add = (text: string, rows: readonly Explained[]): void => {
    for (const { Plan } of rows[0]?.["QUERY PLAN"] ?? []) plans.push(readPlan(text, Plan));
  };
  const watchTx = (tx: Tx): Tx => ({
    ...tx,
    query: async (statement) => {
      const { text, values } = statement;
      if (isReading(text)) {
        const { rows } = await tx.query<Explained>({
          text: `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
          values,
        });
        add(text, rows);
      }
      return tx.query(statement);
    },
  });
  return {
    plans,
    db: {
      ...db,
      tenant: (organizationId, work, options) =>
        db.tenant(organizationId, (tx) => work(watchTx(tx)), options),
      shared: (work, options) => db.shared((tx) => work(watchTx(tx)), options),
      readInOneRoundTrip: async (organizationId, statement, options) => {
        add(statement.text, await explainPrepared(db, organizationId, statement));
        return db.readInOneRoundTrip(organizationId, statement, options);
      },
      readTogether: async (organizationId, statements) => {
        for (const statement of statements)
          add(statement.text, await explainPrepared(db, organizationId, statement));
        return db.readTogether(organizationId, statements);
      },
    },
  };
}

async function explainPrepared(
  db: OpenDatabase,
  organizationId: string,
  statement: Statement,
): Promise<readonly Explained[]> {
  const { literals } = compileSingleRoundTrip(statement);
  const run = (tx: Tx, text: string) => tx.query<Explained>({ text, values: [] } satisfies Query<unknown>);
  return db.tenant(
    organizationId,
    async (tx) => {
      await run(tx, "SET LOCAL plan_cache_mode = force_generic_plan");
      await run(tx, `PREPARE explained AS ${statement.text}`);
      const { rows } = await run(tx, `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE explained(${literals})`);
      await run(tx, "DEALLOCATE explained");
      return rows;
    },
    { readOnly: true },
  );
}

/** Whether explaining the statement, which runs it, changes nothing. */
function isReading(text: string): boolean {
  return (
    /^\s*(\/\*.*?\*\/)?\s*(SELECT|WITH)\b/i.test(text) && !/\b(INSERT|UPDATE|DELETE|set_config)\b/i.test(text)
  );
}

/**
 * Runs `work` with a database that executes every statement of a transaction with EXPLAIN first, and returns the number of
 * rows that all of them read from tables, including those that a filter removed.
 */
export async function countRowsRead(
  db: OpenDatabase,
  work: (explained: Database) => Promise<unknown>,
): Promise<number> {
  const watched = watchPlans(db);
  await work(watched.db);
  return watched.plans.reduce((sum, { rowsRead }) => sum + rowsRead, 0);
}

function readPlan(text: string, root: PlanNode): StatementPlan {
  let rowsRead = 0;
  const sequentialScans: { readonly table: string; readonly rows: number }[] = [];
  const visit = (node: PlanNode): void => {
    const table = node["Relation Name"];
    if (table !== undefined) {
      const rows =
        ((node["Actual Rows"] ?? 0) +
          (node["Rows Removed by Filter"] ?? 0) +
          (node["Rows Removed by Index Recheck"] ?? 0)) *
        (node["Actual Loops"] ?? 1);
      rowsRead += rows;
      if (node["Node Type"] === "Seq Scan") sequentialScans.push({ table, rows });
    }
    for (const child of node.Plans ?? []) visit(child);
  };
  visit(root);
  return { text, rowsRead, sequentialScans };
}
