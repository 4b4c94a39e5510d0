/** Reads the tables of the schema `public` from the database's own catalogue. */

/** Runs one statement and returns its rows. */
export type Query = (text: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** One column, as declared. */
export interface Column {
  readonly name: string;
  /** As PostgreSQL writes it: `timestamp with time zone`, `text[]`, … */
  readonly type: string;
  readonly isNullable: boolean;
  readonly hasDefault: boolean;
  /** The values that a CHECK of the form `column IN (…)` allows; null where any will do. */
  readonly values: readonly string[] | null;
  readonly comment: string | null;
}

/** One table or view, its columns in the order of their declaration. */
export interface Table {
  readonly name: string;
  readonly isView: boolean;
  readonly comment: string | null;
  readonly columns: readonly Column[];
}

const statement = `
  SELECT c.relname AS "table", c.relkind = 'v' AS "isView", obj_description(c.oid, 'pg_class') AS "tableComment",
         a.attname AS "column", format_type(a.atttypid, a.atttypmod) AS type,
         NOT COALESCE(origin.attnotnull, a.attnotnull) AS "isNullable", a.atthasdef AS "hasDefault",
         col_description(c.oid, a.attnum) AS comment,
         (SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k
           WHERE k.contype = 'c' AND k.conrelid = COALESCE(origin.attrelid, c.oid)
             AND k.conkey = ARRAY[COALESCE(origin.attnum, a.attnum)]
             AND pg_get_constraintdef(k.oid) LIKE '% = ANY %' LIMIT 1) AS "check"
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN LATERAL (
      -- A view's columns don't say whether they can be null; the columns of the same name that it reads do.
      SELECT b.attrelid, b.attnum, b.attnotnull
        FROM pg_rewrite w
        JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
             AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> c.oid
        JOIN pg_attribute b ON b.attrelid = d.refobjid AND b.attnum = d.refobjsubid AND b.attname = a.attname
       WHERE c.relkind = 'v' AND w.ev_class = c.oid LIMIT 1) AS origin ON true
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
   ORDER BY c.relname COLLATE "C", a.attnum`;

interface Row {
  readonly table: string;
  readonly isView: boolean;
  readonly tableComment: string | null;
  readonly column: string;
  readonly type: string;
  readonly isNullable: boolean;
  readonly hasDefault: boolean;
  readonly comment: string | null;
  readonly check: string | null;
}

/** Every table and view of the schema `public`, by name. */
export async function describeSchema(query: Query): Promise<readonly Table[]> {
  // The statement above is what guarantees the rows' shape.
  const rows = (await query(statement)) as unknown as readonly Row[];
  return [...Map.groupBy(rows, (row) => row.table)].map(([name, columns]) => ({
    name,
    isView: columns[0]?.isView ?? false,
    comment: columns[0]?.tableComment ?? null,
    columns: columns.map((row) => ({
      name: row.column,
      type: row.type,
      isNullable: row.isNullable,
      hasDefault: row.hasDefault,
      values: allowedValues(row.check),
      comment: row.comment,
    })),
  }));
}

/** Names of the tables and columns that carry no comment. */
export function uncommented(tables: readonly Table[]): readonly string[] {
  return tables.flatMap((table) => [
    ...(table.comment === null ? [table.name] : []),
    ...table.columns
      .filter((column) => column.comment === null)
      .map((column) => `${table.name}.${column.name}`),
  ]);
}

/** `CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text])))` → active, suspended. */
function allowedValues(check: string | null): readonly string[] | null {
  if (check === null) return null;
  const values = [...check.matchAll(/'((?:[^']|'')*)'::text/g)].map((match) =>
    (match[1] ?? "").replaceAll("''", "'"),
  );
  return values.length === 0 ? null : values;
}
