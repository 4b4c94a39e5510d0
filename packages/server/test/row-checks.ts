/** Compares the columns that come back with the `Row` that each statement declares. */
import type { OpenDatabase, QueryResult, Tx } from "../src/db/database.ts";
import { Statement } from "../src/db/sql.ts";
import { type DeclaredRow, getRowFinder, type RowFinder } from "./declared-rows.ts";

/** The part of a result that is compared. */
type Result = Pick<QueryResult<unknown>, "fields" | "rows">;

/** What differs, in words; null if the result has the declared columns, and no null where none is declared. */
export function compareRows({ at, fields, problem }: DeclaredRow, result: Result): string | null {
  if (problem !== null) return `${at}: this check can't read ${problem}; declare the fields`;
  if (fields === null) return null; // nobody can read the rows: their type is unknown
  const columns = new Set(result.fields.map(({ name }) => name));
  const missing = [...fields].flatMap(([name, { isOptional }]) =>
    isOptional || columns.has(name) ? [] : [name],
  );
  const surplus = [...columns].filter((name) => !fields.has(name));
  if (missing.length > 0) return `${at}: declares ${missing.join(", ")} and doesn't return it`;
  if (surplus.length > 0) return `${at}: returns ${surplus.join(", ")} and doesn't declare it`;
  for (const [name, { isNullable }] of fields) {
    const hasNull = !isNullable && result.rows.some((row) => Reflect.get(Object(row), name) === null);
    if (hasNull) return `${at}: ${name} is null, which its type excludes`;
  }
  return null;
}

/** The same database, and what was found so far in the results of its statements. */
export function watchRows(
  db: OpenDatabase,
  { find }: Pick<RowFinder, "find"> = getRowFinder(),
): { readonly db: OpenDatabase; readonly findings: ReadonlySet<string> } {
  const findings = new Set<string>();
  const check = (statement: unknown, result: Result): void => {
    if (!(statement instanceof Statement)) return;
    const reports = find(statement.template).map((declared) => compareRows(declared, result));
    const [first] = reports;
    // Templates with the same literal parts can't be told apart: one of them must match.
    if (first != null && !reports.includes(null)) findings.add(first);
  };
  const checkRows = (statement: unknown, rows: readonly unknown[]): void => {
    const [row] = rows;
    if (row !== undefined)
      check(statement, { rows, fields: Object.keys(Object(row)).map((name) => ({ name })) });
  };
  const watchTx = (tx: Tx): Tx => ({
    ...tx,
    query: async (statement) => {
      const result = await tx.query(statement);
      check(statement, result);
      return result;
    },
  });
  const watch = (database: OpenDatabase): OpenDatabase => ({
    ...database,
    tenant: async (id, work, options) => database.tenant(id, (tx) => work(watchTx(tx)), options),
    shared: async (work, options) => database.shared((tx) => work(watchTx(tx)), options),
    readInOneRoundTrip: async (id, statement, options) => {
      const rows = await database.readInOneRoundTrip(id, statement, options);
      checkRows(statement, rows);
      return rows;
    },
    readTogether: async (id, statements) => {
      const results = await database.readTogether(id, statements);
      for (const [index, rows] of results.entries()) checkRows(statements[index], rows);
      return results;
    },
    withTimeouts: (timeouts) => watch(database.withTimeouts(timeouts)),
  });
  return { db: watch(db), findings };
}
