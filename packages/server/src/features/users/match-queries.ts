/** SQL over all matches of a filter, not just one page: their ids and their number. */

import type { Total } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import { type Statement, sql } from "../../db/sql.ts";
import { cappedTotal, maxCounted } from "../../http/pagination.ts";
import {
  and,
  type ListedUsers,
  listConditions,
  roleConditions,
  secondScanLimit,
  selectUsersWithRoles,
  statusConditions,
  type UserFilter,
  wordConditions,
} from "./list-queries.ts";

/**
 * A query for the ids (`user_id`) of all users who match the filter, unordered, at most `limit`. Words are matched first,
 * through the search view, so that an index can be used.
 */
export function selectMatchingUserIds(filter: UserFilter, limit: number): Statement {
  const { organizationId, words, status } = filter;
  if (words.length === 0)
    return sql`
      SELECT u.user_id FROM users u
      WHERE u.organization_id = ${organizationId} AND ${and(listConditions(filter))} LIMIT ${limit}`;
  return sql`
    SELECT u.user_id FROM (
      WITH matches AS MATERIALIZED (
        SELECT u.user_id FROM users_search u
        WHERE u.organization_id = ${organizationId} AND ${and([...wordConditions(words), ...statusConditions(status)])})
      SELECT user_id FROM matches) AS u
    WHERE ${and(roleConditions(filter))} LIMIT ${limit}`;
}

/** Matches are counted up to this number in a large organization. */
const largeListCountLimit = 1000;

/** The total of a list. Runs a count query only if the page that was found doesn't imply the total. */
export async function getTotal(
  tx: Tx,
  filter: UserFilter,
  found: ListedUsers & { readonly isFirst: boolean; readonly limit: number },
): Promise<Total> {
  if (found.matchCount !== null) return cappedTotal(found.matchCount);
  if (found.isFirst && found.rows.length <= found.limit) return cappedTotal(found.rows.length);
  return countMatches(tx, filter, found.userCount);
}

/** Exact if an index can count the matches; in a large organization a lower bound from a sample of users. */
async function countMatches(tx: Tx, filter: UserFilter, userCount: number): Promise<Total> {
  const { organizationId, words, roleIds, status } = filter;
  if (words.length === 0 && roleIds === null)
    return count(
      tx,
      sql`SELECT FROM users u WHERE u.organization_id = ${organizationId} AND ${and(statusConditions(status))}`,
    );
  if (words.length === 0 && roleIds?.length === 1 && status === null)
    return count(tx, selectUsersWithRoles(filter));
  const sample = sql`
    SELECT FROM (
      SELECT u.user_id, u.search_key, u.status FROM users u
      WHERE u.organization_id = ${organizationId} LIMIT ${secondScanLimit}) AS u
    WHERE ${and(listConditions(filter))}`;
  if (userCount <= secondScanLimit) return count(tx, sample);
  return { ...(await count(tx, sample, largeListCountLimit)), exact: false };
}

async function count(tx: Tx, source: Statement, max: number = maxCounted): Promise<Total> {
  const { rows } = await tx.query(sql<{ count: number }>`
    SELECT count(*)::integer AS count FROM (${source} LIMIT ${max + 1}) AS counted`);
  return cappedTotal(rows[0]?.count ?? 0, max);
}
