/** How many users a list has: exact as far as it is cheap, and otherwise a lower bound. */
import type { Total } from "@gatehouse/sdk/contract";
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../database/database.ts";
import { cappedTotal, mostCounted } from "../../http/paging.ts";
import {
  all,
  conditions,
  farther,
  holders,
  type ListedUsers,
  ofStatus,
  type UserFilter,
} from "./list-queries.ts";

/** As far as matches are counted one by one in a large organization. */
const manyMatches = 1000;

/** How many users a list has, for what was found of it: nothing is counted that is known already. */
export async function totalOf(
  tx: Tx,
  filter: UserFilter,
  found: ListedUsers & { readonly isFirst: boolean; readonly limit: number },
): Promise<Total> {
  if (found.matchCount !== null) return cappedTotal(found.matchCount);
  if (found.isFirst && found.rows.length <= found.limit) return cappedTotal(found.rows.length);
  return countListed(tx, filter, found.userCount);
}

/** Exact as far as an index can count it; in a large organization a lower bound from the first users that come along. */
async function countListed(tx: Tx, filter: UserFilter, userCount: number): Promise<Total> {
  const { organizationId, words, roleIds, status } = filter;
  if (words.length === 0 && roleIds === null)
    return count(
      tx,
      sql`SELECT FROM users u WHERE u.organization_id = ${organizationId} AND ${all(ofStatus(status))}`,
    );
  if (words.length === 0 && roleIds?.length === 1 && status === null) return count(tx, holders(filter));
  const some = sql`
    SELECT FROM (
      SELECT u.user_id, u.search_key, u.status FROM users u
      WHERE u.organization_id = ${organizationId} LIMIT ${farther}) AS u
    WHERE ${all(conditions(filter))}`;
  if (userCount <= farther) return count(tx, some);
  return { ...(await count(tx, some, manyMatches)), exact: false };
}

async function count(tx: Tx, source: RawBuilder<unknown>, most: number = mostCounted): Promise<Total> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::integer AS count FROM (${source} LIMIT ${most + 1}) AS counted`.execute(tx);
  return cappedTotal(rows[0]?.count ?? 0, most);
}
