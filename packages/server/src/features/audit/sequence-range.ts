/** Which part of the audit log a list has to read. Sequences have no gaps, so a range of them has a known size. */
import type { Tx } from "../../db/database.ts";
import { rawSql, type Statement, sql } from "../../db/sql.ts";

/** Order of a list of events. */
export type EventOrder = "newest-first" | "oldest-first";

/** What the range of a list depends on. */
interface RangeOptions {
  readonly organizationId: string;
  readonly order: EventOrder;
  /** The sequence of the last event of the previous page. */
  readonly after: number | null;
  readonly from: Date | null;
  readonly to: Date | null;
}

/** Sequences from `first` to `last`. */
export interface SequenceRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The range that can contain events of the page; null if there is none. The bounds of time become bounds of sequence, because
 * events are recorded nearly in the order of time: of servers whose clocks differ, an event may be recorded up to ten
 * minutes after a later one.
 */
export async function findRange(
  tx: Tx,
  { organizationId, order, after, from, to }: RangeOptions,
): Promise<SequenceRange | null> {
  // Scalar subqueries: an index can't be used with a sum inside the condition, which isn't leakproof.
  const near = (edge: "min" | "max", condition: Statement, sign: "+" | "-") => {
    const at = (change: Statement) => sql`(SELECT ${rawSql(edge)}(e.at)${change} FROM audit_events e
      WHERE e.organization_id = ${organizationId} AND ${condition})`;
    const [from, to] = [at(sql``), at(rawSql(` ${sign} interval '10 minutes'`))];
    const within =
      sign === "+" ? sql`e.at >= ${from} AND e.at <= ${to}` : sql`e.at >= ${to} AND e.at <= ${from}`;
    return sql`(SELECT ${rawSql(edge)}(e.sequence + 0) FROM audit_events e
      WHERE e.organization_id = ${organizationId} AND ${within})`;
  };
  const atFirst = from === null ? sql`1::bigint` : near("min", sql`e.at >= ${from}`, "+");
  const atLast =
    to === null
      ? sql`(SELECT h.sequence FROM audit_heads h WHERE h.organization_id = ${organizationId})`
      : near("max", sql`e.at < ${to}`, "-");
  const { rows } = await tx.query(sql<{ first: number | null; last: number | null }>`
    SELECT ${atFirst}::double precision AS first, ${atLast}::double precision AS last`);
  const { first = null, last = null } = rows[0] ?? {};
  if (first === null || last === null) return null;
  const range =
    after === null
      ? { first, last }
      : order === "newest-first"
        ? { first, last: Math.min(last, after - 1) }
        : { first: Math.max(first, after + 1), last };
  return range.first > range.last ? null : range;
}

/** The first `size` sequences of a range in list order. */
export function cutRange({ first, last }: SequenceRange, order: EventOrder, size: number): SequenceRange {
  if (order === "newest-first") return { first: Math.max(first, last - size + 1), last };
  return { first, last: Math.min(last, first + size - 1) };
}

/** Condition: event `e` is in the range. */
export function isWithinRange({ first, last }: SequenceRange): Statement {
  return sql`e.sequence BETWEEN ${first}::bigint AND ${last}::bigint`;
}
