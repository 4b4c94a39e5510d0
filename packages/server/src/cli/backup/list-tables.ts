/** Lists the tables that a backup contains. */
import type pg from "pg";
import { listOwnTables } from "../../db/check-privileges.ts";
import { quoted } from "../../db/privileges.ts";
import { excludedTables } from "./backup-format.ts";

/** A table of Gatehouse, as the database defines it. */
export interface StoredTable {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Whether row-level security limits it to one organization at a time. */
  readonly hasTenant: boolean;
}

interface Row {
  readonly name: string;
  readonly hasTenant: boolean;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly references: readonly string[];
}

const statement = `
  select c.relname as name, c.relrowsecurity as "hasTenant",
         (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum)
            from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
         coalesce((select json_agg(distinct r.relname) from pg_constraint k join pg_class r on r.oid = k.confrelid
            where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid), '[]') as "references"
    from pg_class c
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname = any ($1)
   order by c.relname collate "C"`;

/** The tables of a backup, in an order in which no table refers to a later one. */
export async function listTables(client: pg.ClientBase): Promise<readonly StoredTable[]> {
  const { rows } = await client.query<Row>(statement, [listOwnTables()]);
  const included = rows.filter(
    ({ name }) => name !== "gatehouse_migrations" && !excludedTables.includes(name),
  );
  const sorted: Row[] = [];
  const insert = (row: Row): void => {
    if (sorted.includes(row)) return;
    for (const other of included) if (row.references.includes(other.name)) insert(other);
    sorted.push(row);
  };
  for (const row of included) insert(row);
  return sorted.map(({ name, columns, hasTenant }) => ({ name, columns, hasTenant }));
}

/** `public."name"`, quoted. Names come from PostgreSQL's catalogue or from a file. */
export function quoteTableName(name: string): string {
  return `public.${quoted(name)}`;
}
