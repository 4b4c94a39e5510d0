/** What tells the state of a row from every other that it had, or had in another history of the database. */
import { type RawBuilder, sql } from "kysely";

/**
 * A row's version, as its ETag has it: the number, and the revision that came with it. The number alone means other content
 * after a restore, or after a failover to a replica that lagged. Compare it, never calculate with it.
 */
export type RowVersion = string;

/** No row has this version: a condition that can't be met. */
export const noVersion: RowVersion = "";

/** The version of what was never changed: the same in every history that has it. */
export const firstVersion: RowVersion = "1";

/** The version of the row of a table with `version` and `revision`, named by its alias. */
export function rowVersion(alias: "c" | "o" | "r" | "u"): RawBuilder<RowVersion> {
  const row = sql.raw(alias);
  return sql<RowVersion>`(${row}.version::text || COALESCE('-' || ${row}.revision::text, ''))`;
}

/** The number of changes that a version counts. */
export function numberOfVersion(version: RowVersion): number {
  return Number.parseInt(version, 10);
}
