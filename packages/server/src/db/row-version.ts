/** Row versions, which identify one state of a row across restores and failovers. */
import { rawSql, type Statement, sql } from "./sql.ts";

/**
 * A row's version, as in its ETag: the number and the revision that came with it. The number alone means other
 * content after a restore, or after a failover to a lagging replica. Compare versions, never calculate with them.
 */
export type RowVersion = string;

/** No row has this version: a condition that never matches. */
export const noVersion: RowVersion = "";

/** The version of an unchanged row: the same in every history. */
export const firstVersion: RowVersion = "1";

/** The version of a row in a table with `version` and `revision`, by table alias. */
export function rowVersion(alias: "c" | "o" | "r" | "u"): Statement {
  const row = rawSql(alias);
  return sql`(${row}.version::text || COALESCE('-' || ${row}.revision::text, ''))`;
}

/** The number in a version. */
export function parseVersionNumber(version: RowVersion): number {
  return Number.parseInt(version, 10);
}
