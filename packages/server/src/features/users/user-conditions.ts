/** Filters of lists of users, as conditions of SQL. */
import type { UserStatus } from "@gatehouse/sdk/contract";
import {
  isShortWord,
  toBeginningExpression,
  toBeginningPatterns,
  toContainsPattern,
} from "../../db/search-words.ts";
import { joinSql, type Statement, sql } from "../../db/sql.ts";
import { isUnexpired } from "../../db/unexpired.ts";

/** Filter of a list of users. */
export interface UserFilter {
  readonly organizationId: string;
  /** Folded words; each must occur in the name or the email address, one or two letters at the beginning of a word. */
  readonly words: readonly string[];
  /** Users who currently have one of these roles; null for all users. */
  readonly roleIds: readonly string[] | null;
  readonly status: UserStatus | null;
  /** Whether they have a second factor; null for all users. */
  readonly twoFactor?: boolean | null;
  readonly now: Date;
}

/** Conditions for user `u` to be in the list. */
export function listConditions(filter: UserFilter): readonly Statement[] {
  return [...columnConditions(filter), ...wordConditions(filter.words), ...roleConditions(filter)];
}

/** Condition: user `u` has one of the roles. */
export function roleConditions(filter: UserFilter): readonly Statement[] {
  if (filter.roleIds === null) return [];
  return [sql`EXISTS (SELECT FROM user_roles g WHERE ${matchesGrant(filter)} AND g.user_id = u.user_id)`];
}

/**
 * Condition: grant `g` is an unexpired one of `role`, or of any of the filter's roles. A single role is compared with `=`, which keeps
 * the order of the index.
 */
export function matchesGrant({ organizationId, roleIds, now }: UserFilter, role?: Statement): Statement {
  const [only, ...others] = roleIds ?? [];
  const one = role ?? (others.length === 0 ? sql`${only}::uuid` : null);
  const isRole = one === null ? sql`g.role_id = ANY(${roleIds}::uuid[])` : sql`g.role_id = ${one}`;
  return sql`g.organization_id = ${organizationId} AND ${isRole} AND ${isUnexpired("g", now)}`;
}

/** Conditions: name or email address of user `u` contain the words. For rows that are read in list order. */
export function wordConditions(words: readonly string[]): readonly Statement[] {
  return words.map((word) => {
    const contains = sql`u.search_key LIKE ${toContainsPattern(word)}`;
    if (!isShortWord(word)) return contains;
    return sql`(${contains} AND u.search_key LIKE ANY(${toBeginningPatterns(word)}::text[]))`;
  });
}

/** The same conditions for row `u` of `users_search`, where an index finds the matches. */
export function indexedWordConditions(words: readonly string[]): readonly Statement[] {
  return words.map((word) =>
    isShortWord(word)
      ? sql`u.search_key ~ ${toBeginningExpression(word)}`
      : sql`u.search_key LIKE ${toContainsPattern(word)}`,
  );
}

/** Conditions: user `u` has the status, and has a second factor or not. An index has the order of names within each. */
export function columnConditions({ status, twoFactor = null }: UserFilter): readonly Statement[] {
  const factor = twoFactor === null ? [] : [sql`u.two_factor = ${twoFactor}`];
  return status === null ? factor : [sql`u.status = ${status}`, ...factor];
}

/** Joins conditions with AND. */
export function and(conditions: readonly Statement[]): Statement {
  return joinSql([sql`true`, ...conditions], " AND ");
}
