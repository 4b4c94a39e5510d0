/** Everybody whom a list has, not a page of them. */
import { type RawBuilder, sql } from "kysely";
import { all, conditions, holding, matching, ofStatus, type UserFilter } from "./list-queries.ts";

/**
 * A query for the ids (`user_id`) of the users whom the list with this filter has, in no order and at most `most` of
 * them. Words are looked for through the search view, where an index can serve them, and before the roles are.
 */
export function everyMatch(filter: UserFilter, most: number): RawBuilder<unknown> {
  const { organizationId, words, status } = filter;
  if (words.length === 0)
    return sql`
      SELECT u.user_id FROM users u
      WHERE u.organization_id = ${organizationId} AND ${all(conditions(filter))} LIMIT ${most}`;
  return sql`
    SELECT u.user_id FROM (
      WITH matches AS MATERIALIZED (
        SELECT u.user_id FROM users_search u
        WHERE u.organization_id = ${organizationId} AND ${all([...matching(words), ...ofStatus(status)])})
      SELECT user_id FROM matches) AS u
    WHERE ${all(holding(filter))} LIMIT ${most}`;
}
