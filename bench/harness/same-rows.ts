/** The floor of a change: one statement that writes the same rows, indexes included, and does the same look-up. */
import type { BenchDatabase } from "./database.ts";

/**
 * Runs `change` once, copies the rows that it wrote in every table to a template, and returns a statement that writes these rows again,
 * into tables with the same columns and indexes but without constraints, triggers and row-level security. `lookUp` is a SELECT with the
 * parameters of the statement.
 */
export async function createSameRowsStatement(
  { sql }: Pick<BenchDatabase, "sql">,
  lookUp: string,
  change: () => Promise<unknown>,
): Promise<{ readonly statement: string; readonly tables: readonly string[] }> {
  const [{ snapshot } = {}] = await sql("SELECT pg_current_snapshot()::text AS snapshot");
  await change();
  await sql("CREATE SCHEMA IF NOT EXISTS bench");
  const found = await sql(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname IN ('public', 'pgboss') AND NOT c.relispartition OR c.relispartition AND c.relkind = 'r'
     ORDER BY 1`,
  );
  const written: string[] = [];
  const parts: string[] = [];
  for (const name of found.map((row) => String(row["name"]))) {
    const isNew = `NOT pg_visible_in_snapshot(xmin::text::xid8, '${String(snapshot)}'::pg_snapshot)`;
    const [{ count } = {}] = await sql(`SELECT count(*)::integer AS count FROM ${name} WHERE ${isNew}`);
    if (Number(count) === 0) continue;
    const at = parts.length;
    await sql(`CREATE TABLE bench.template_${at} AS SELECT * FROM ${name} WHERE ${isNew}`);
    await sql(`CREATE TABLE bench.copy_${at} (LIKE ${name} INCLUDING STORAGE)`);
    const columns = await sql(
      `SELECT attname AS name FROM pg_attribute WHERE attrelid = 'bench.copy_${at}'::regclass AND attnum > 0 AND attnotnull`,
    );
    for (const column of columns) {
      await sql(`ALTER TABLE bench.copy_${at} ALTER COLUMN "${String(column["name"])}" DROP NOT NULL`);
    }
    for (const text of await listIndexes(sql, name, `bench.copy_${at}`)) await sql(text);
    parts.push(`w${at} AS (INSERT INTO bench.copy_${at} SELECT * FROM bench.template_${at})`);
    written.push(`${name} ${String(count)}`);
  }
  if (parts.length === 0) throw new Error("The change wrote no row.");
  await sql("ANALYZE");
  return { statement: `WITH ${parts.join(", ")} ${lookUp}`, tables: written };
}

/** The statements that create the same indexes on another table, none of them unique. */
async function listIndexes(
  sql: BenchDatabase["sql"],
  table: string,
  copy: string,
): Promise<readonly string[]> {
  const rows = await sql(
    "SELECT pg_get_indexdef(indexrelid) AS text FROM pg_index WHERE indrelid = $1::text::regclass",
    [table],
  );
  return rows.map((row) =>
    String(row["text"]).replace(/^CREATE (?:UNIQUE )?INDEX \S+ ON (?:ONLY )?\S+/, `CREATE INDEX ON ${copy}`),
  );
}
