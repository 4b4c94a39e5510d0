import { rawSql, type Statement, sql } from "./sql.ts";

/**
 * Condition: the grant is in force at `now`, by the alias of user_roles. The one rule for who has a role: lists, counts,
 * previews and access checks use it, so that they agree.
 */
export function isUnexpired(alias: "g" | "o", now: Date): Statement {
  const grant = rawSql(alias);
  return sql`(${grant}.expires_at IS NULL OR ${grant}.expires_at > ${now})`;
}

/** Condition: invitation `i` can be accepted at `now`. The one rule for pending invitations. */
export function isPending(now: Date): Statement {
  return sql`(i.status = 'pending' AND i.expires_at > ${now})`;
}
