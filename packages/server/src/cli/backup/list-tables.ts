/** The tables that a backup is made of. */
import type pg from "pg";
import { ownTables } from "../../database/check-privileges.ts";
import { quoted } from "../../database/privileges.ts";
import { leftOut } from "./backup-format.ts";

/** A table of ours as it is in a database. */
export interface StoredTable {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Whether it shows the rows of one organization at a time. */
  readonly hasTenant: boolean;
}

interface Row {
  readonly name: string;
  readonly hasTenant: boolean;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly needs: readonly string[];
}

const statement = `
  select c.relname as name, c.relrowsecurity as "hasTenant",
         (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum)
            from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
         coalesce((select json_agg(distinct r.relname) from pg_constraint k join pg_class r on r.oid = k.confrelid
            where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid), '[]') as needs
    from pg_class c
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname = any ($1)
   order by c.relname collate "C"`;

/** Tables of ours that hold what a backup keeps, those that others refer to first. */
export async function listTables(client: pg.ClientBase): Promise<readonly StoredTable[]> {
  const { rows } = await client.query<Row>(statement, [ownTables()]);
  const wanted = rows.filter(({ name }) => name !== "gatehouse_migrations" && !leftOut.includes(name));
  const sorted: Row[] = [];
  const place = (row: Row): void => {
    if (sorted.includes(row)) return;
    for (const other of wanted) if (row.needs.includes(other.name)) place(other);
    sorted.push(row);
  };
  for (const row of wanted) place(row);
  return sorted.map(({ name, columns, hasTenant }) => ({ name, columns, hasTenant }));
}

/** `public."name"`. Names come from a database's catalogue or a file. */
export function tableName(name: string): string {
  return `public.${quoted(name)}`;
}
