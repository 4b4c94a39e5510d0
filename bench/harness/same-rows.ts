/** The floor of a change: the same rows, indexes included, by one statement that does the same look-up, or by COPY. */
import type { BenchDatabase } from "./database.ts";

type Sql = BenchDatabase["sql"];

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
  const written = await copyWrittenTables(sql, change);
  const parts = written.map(
    ({ template, copy }, at) => `w${at} AS (INSERT INTO ${copy} SELECT * FROM ${template})`,
  );
  return { statement: `WITH ${parts.join(", ")} ${lookUp}`, tables: written.map(describe) };
}

/** The same for COPY: returns a function that copies the rows from files of the server, and returns the seconds. */
export async function createSameRowsCopy(
  { sql }: Pick<BenchDatabase, "sql">,
  change: () => Promise<unknown>,
): Promise<{ readonly copy: () => Promise<number>; readonly tables: readonly string[] }> {
  const written = await copyWrittenTables(sql, change);
  const [{ folder } = {}] = await sql("SELECT current_setting('data_directory') AS folder");
  const toFile = (at: number) => `${String(folder)}/bench-${at}.copy`;
  for (const [at, { template }] of written.entries()) await sql(`COPY ${template} TO '${toFile(at)}'`);
  return {
    tables: written.map(describe),
    copy: async () => {
      for (const { copy } of written) await sql(`TRUNCATE ${copy}`);
      await sql("CHECKPOINT");
      const startedAt = performance.now();
      for (const [at, { copy }] of written.entries()) await sql(`COPY ${copy} FROM '${toFile(at)}'`);
      return (performance.now() - startedAt) / 1_000;
    },
  };
}

interface WrittenTable {
  readonly name: string;
  readonly count: number;
  /** The rows that were written. */
  readonly template: string;
  /** An empty table with the same indexes. */
  readonly copy: string;
}

function describe({ name, count }: WrittenTable): string {
  return `${name} ${count}`;
}

async function copyWrittenTables(sql: Sql, change: () => Promise<unknown>): Promise<readonly WrittenTable[]> {
  const [{ snapshot } = {}] = await sql("SELECT pg_current_snapshot()::text AS snapshot");
  await change();
  await sql("CREATE SCHEMA IF NOT EXISTS bench");
  const found = await sql(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname IN ('public', 'pgboss') AND NOT c.relispartition OR c.relispartition AND c.relkind = 'r'
     ORDER BY 1`,
  );
  const written: WrittenTable[] = [];
  for (const name of found.map((row) => String(row["name"]))) {
    const isNew = `NOT pg_visible_in_snapshot(xmin::text::xid8, '${String(snapshot)}'::pg_snapshot)`;
    const [{ count } = {}] = await sql(`SELECT count(*)::integer AS count FROM ${name} WHERE ${isNew}`);
    if (Number(count) === 0) continue;
    const at = written.length;
    const [template, copy] = [`bench.template_${at}`, `bench.copy_${at}`];
    await sql(`CREATE TABLE ${template} AS SELECT * FROM ${name} WHERE ${isNew}`);
    await sql(`CREATE TABLE ${copy} (LIKE ${name} INCLUDING STORAGE)`);
    const columns = await sql(
      `SELECT attname AS name FROM pg_attribute WHERE attrelid = '${copy}'::regclass AND attnum > 0 AND attnotnull`,
    );
    for (const column of columns) {
      await sql(`ALTER TABLE ${copy} ALTER COLUMN "${String(column["name"])}" DROP NOT NULL`);
    }
    for (const text of await listIndexes(sql, name, copy)) await sql(text);
    written.push({ name, count: Number(count), template, copy });
  }
  if (written.length === 0) throw new Error("The change wrote no row.");
  await sql("ANALYZE");
  return written;
}

/** The statements that create the same indexes on another table, none of them unique. */
async function listIndexes(sql: Sql, table: string, copy: string): Promise<readonly string[]> {
  const rows = await sql(
    "SELECT pg_get_indexdef(indexrelid) AS text FROM pg_index WHERE indrelid = $1::text::regclass",
    [table],
  );
  return rows.map((row) =>
    String(row["text"]).replace(/^CREATE (?:UNIQUE )?INDEX \S+ ON (?:ONLY )?\S+/, `CREATE INDEX ON ${copy}`),
  );
}
