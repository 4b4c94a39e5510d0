/**
 * SQL for lists of users. Common and rare search words need opposite query plans. A filtered list therefore first scans
 * a limited number of rows in list order, which fills a page quickly when matches are common. Only if that isn't enough
 * does it find all matches first, starting from the most selective filter.
 */
import type { Tx } from "../../db/database.ts";
import { isShortWord } from "../../db/search-words.ts";
import { named, type Statement, sql } from "../../db/sql.ts";
import { isUnexpired } from "../../db/unexpired.ts";
import {
  and,
  columnConditions,
  indexedWordConditions,
  listConditions,
  matchesGrant,
  roleConditions,
  type UserFilter,
  wordConditions,
} from "./user-conditions.ts";
import {
  direction,
  isDescending,
  type ListedUsers,
  type Row,
  statementFor,
  toListedUsers,
  type UserPage,
} from "./user-pages.ts";

type Sql = Statement;

/** How much a list reads before it changes its plan. */
export interface ScanLimits {
  /** Rows of the first scan. */
  readonly first: number;
  /** Rows of the second scan, which usually fills a page when the first one found a few matches. */
  readonly second: number;
  /** Matches that are all found before a page of them is sorted. More than that are so common that a scan finds a page sooner. */
  readonly matches: number;
  /** Roles with at most this many users are filtered user by user. */
  readonly roleUsers: number;
}

/** The limits of every list. */
export const scanLimits: ScanLimits = { first: 2000, second: 20_000, matches: 15_000, roleUsers: 5000 };

const minMatchesForSecondScan = 3;

/** A page of the filtered list. */
export async function listFilteredUsers(tx: Tx, page: UserPage, limits = scanLimits): Promise<ListedUsers> {
  if (page.externalId != null) return read(tx, page, selectByExternalId(page, page.externalId));
  if (isByName(page) && isFilteredByRoleOnly(page)) return read(tx, page, selectRoleUsersInOrder(page));
  const first = await read(tx, page, scanInOrder(page, limits.first));
  if (first.rows.length === page.limit || first.userCount <= limits.first) return first;
  const isCommon = first.rows.length >= minMatchesForSecondScan;
  if (!isCommon && page.words.length > 0 && page.roleIds === null) return listMatches(tx, page, limits);
  const isSmall = await areRolesSmall(tx, page, limits.roleUsers);
  const hasIndex = isSmall || !page.words.every(isShortWord); // one or two letters may match most users
  if (isCommon || !hasIndex) {
    const second = await read(tx, page, scanInOrder(page, limits.second));
    if (second.rows.length === page.limit || second.userCount <= limits.second) return second;
  }
  return read(tx, page, isSmall ? selectFromRoleUsers(page) : selectFromMatches(page));
}

/** A page of the matches of words that the first scan hardly found: because they are rare, or far from the page's place in the order. */
async function listMatches(tx: Tx, page: UserPage, limits: ScanLimits): Promise<ListedUsers> {
  const some = await read(tx, page, selectFromMatches(page, limits.matches + 1), limits.matches);
  const matches = page.after === null ? some.matches : null;
  if (some.matches?.exact !== false) return { ...some, matches };
  const second = await read(tx, page, scanInOrder(page, limits.second));
  if (second.rows.length === page.limit) return { ...second, matches };
  return read(tx, page, selectFromMatches(page));
}

function isFilteredByRoleOnly({ roleIds, words, status, twoFactor = null }: UserPage): boolean {
  return roleIds !== null && words.length === 0 && status === null && twoFactor === null;
}

/** Whether a filter excludes any users. */
export function isFiltered(filter: Omit<UserFilter, "now"> & Pick<UserPage, "externalId">): boolean {
  const { words, roleIds, status, twoFactor = null, externalId = null } = filter;
  return words.length > 0 || [roleIds, status, twoFactor, externalId].some((value) => value !== null);
}

async function read(tx: Tx, page: UserPage, source: Sql, maxMatches?: number): Promise<ListedUsers> {
  const { rows } = await tx.query(sql<Row>`${named("listFilteredUsers")}${statementFor(page, source)}`);
  return toListedUsers(rows, maxMatches);
}

/** Selects the page from the next `rowLimit` rows in list order. */
function scanInOrder(page: UserPage, rowLimit: number): Sql {
  return sql`
    SELECT u.* FROM (${selectInOrder(page)} LIMIT ${rowLimit}) AS u
    WHERE ${and(listConditions(page))} ${orderAndLimit(page)}`;
}

/** Selects the page from all users with the roles. */
function selectFromRoleUsers(page: UserPage): Sql {
  return selectPage(
    page,
    sql`
      SELECT u.user_id, ${sortKey(page)} AS sort_key
      FROM (${selectUsersWithRoles(page)}) AS h CROSS JOIN LATERAL ${selectUserById(page, sql`h.user_id`)} AS u
      WHERE ${and([...wordConditions(page.words), ...columnConditions(page), ...cursorConditions(page)])}`,
  );
}

/**
 * Selects the page from all users who match the words, or the other columns; without roles from at most `max`. Roles are filtered in a separate step: in a single
 * query, the row-level security condition of user_roles would be evaluated before the pattern, and its index would not be used.
 */
function selectFromMatches(page: UserPage, max: number | null = null): Sql {
  const { organizationId, words } = page;
  const others = [...columnConditions(page), ...cursorConditions(page)];
  if (words.length === 0)
    return selectPage(
      page,
      sql`
        SELECT u.user_id, ${sortKey(page)} AS sort_key FROM users u
        WHERE u.organization_id = ${organizationId} AND ${and([...others, ...roleConditions(page)])}`,
    );
  const matches = sql`
    SELECT u.user_id, ${sortKey(page)} AS sort_key FROM users_search u
    WHERE u.organization_id = ${organizationId} AND ${and([...indexedWordConditions(words), ...others])}`;
  if (page.roleIds === null && max === null) return selectPage(page, matches);
  if (page.roleIds === null) {
    // Planned for all matches and read until the limit: planned for the limit, it might read the whole table.
    const some = sql`WITH matches AS MATERIALIZED (${matches}) SELECT user_id, sort_key FROM matches LIMIT ${max}`;
    return selectPage(page, some, true);
  }
  return selectPage(
    page,
    sql`
      WITH matches AS MATERIALIZED (${matches})
      SELECT u.user_id, u.sort_key FROM matches u WHERE ${and(roleConditions(page))}`,
  );
}

/** Selects the page of users with one of the roles, whose names an index has in order for each role. */
function selectRoleUsersInOrder(page: UserPage): Sql {
  const { organizationId, roleIds, after, limit } = page;
  const isAfterCursor =
    after === null
      ? sql`true`
      : sql`(g.name_key, g.user_id) ${isDescending(page) ? sql`<` : sql`>`} (${after.sortKey}, ${after.id}::uuid)`;
  const order = sql`ORDER BY name_key ${direction(page)}, user_id ${direction(page)} LIMIT ${limit}`;
  return sql`
    SELECT u.*, f.name_key AS sort_key, NULL::integer AS match_count FROM (
      SELECT DISTINCT h.name_key, h.user_id
      FROM unnest(${roleIds}::uuid[]) AS r(role_id) CROSS JOIN LATERAL (
        SELECT g.name_key, g.user_id FROM user_roles g
        WHERE g.organization_id = ${organizationId} AND g.role_id = r.role_id AND ${isUnexpired("g", page.now)} AND ${isAfterCursor}
        ${order}) AS h
      ${order}) AS f
    CROSS JOIN LATERAL ${selectUserById(page, sql`f.user_id`)} AS u`;
}

/** Selects the user with an id in another system, if the rest of the filter matches. */
function selectByExternalId(page: UserPage, externalId: string): Sql {
  return selectPage(
    page,
    sql`
      SELECT u.user_id, ${sortKey(page)} AS sort_key FROM users u
      WHERE u.organization_id = ${page.organizationId} AND u.external_id = ${externalId}
        AND ${and([...listConditions(page), ...cursorConditions(page)])}`,
  );
}

/** Finds all matches before sorting them: with ORDER BY and LIMIT together, the planner might scan the index of the sort order. */
function selectPage(page: UserPage, matches: Sql, isCounted = page.after === null): Sql {
  const matchCount = isCounted ? sql`(SELECT count(*)::integer FROM found)` : sql`NULL::integer`;
  return sql`
    SELECT u.*, f.sort_key, f.match_count FROM (
      WITH found AS MATERIALIZED (${matches})
      SELECT user_id, sort_key, ${matchCount} AS match_count FROM found ${orderAndLimit(page)}) AS f
    CROSS JOIN LATERAL ${selectUserById(page, sql`f.user_id`)} AS u`;
}

/** One user by primary key. The LIMIT makes the planner use the key whatever row count it estimates. */
function selectUserById({ organizationId }: UserPage, userId: Sql): Sql {
  return sql`(SELECT * FROM users u WHERE u.organization_id = ${organizationId} AND u.user_id = ${userId} LIMIT 1)`;
}

/**
 * Users in list order after the cursor. An index has this order, also within a status and, by name, with or without a second factor.
 * No index has both, so one of them selects: with both, the planner might read and sort every user who matches.
 */
export function selectInOrder(page: UserPage): Sql {
  const isByFactor = isByName(page) && (page.status === null || page.twoFactor === true);
  const columns = columnConditions(isByFactor ? { ...page, status: null } : { ...page, twoFactor: null });
  return sql`
    SELECT u.*, ${sortKey(page)} AS sort_key, NULL::integer AS match_count FROM users u
    WHERE u.organization_id = ${page.organizationId} AND ${and([...columns, ...cursorConditions(page)])}
    ORDER BY ${sortKey(page)} ${direction(page)}, u.user_id ${direction(page)}`;
}

async function areRolesSmall(tx: Tx, filter: UserFilter, maxUsers: number): Promise<boolean> {
  if (filter.roleIds === null) return false;
  const order = filter.roleIds.length === 1 ? sql`ORDER BY g.user_id` : sql``; // in the order of the index
  const { rows } = await tx.query(sql`${named("areRolesSmall")}
    SELECT FROM user_roles g WHERE ${matchesGrant(filter)} ${order} LIMIT ${maxUsers + 1}`);
  return rows.length <= maxUsers;
}

/** Ids of all users with one of the roles. */
function selectUsersWithRoles(filter: UserFilter): Sql {
  const distinct = filter.roleIds?.length === 1 ? sql`` : sql`DISTINCT`;
  return sql`SELECT ${distinct} g.user_id FROM user_roles g WHERE ${matchesGrant(filter)}`;
}

function cursorConditions(page: UserPage): readonly Sql[] {
  const { after } = page;
  if (after === null) return [];
  const key = isByName(page) ? sql`${after.sortKey}` : sql`${after.sortKey}::timestamptz`;
  return [
    sql`(${sortKey(page)}, u.user_id) ${isDescending(page) ? sql`<` : sql`>`} (${key}, ${after.id}::uuid)`,
  ];
}

function orderAndLimit(page: UserPage): Sql {
  return sql`ORDER BY sort_key ${direction(page)}, user_id ${direction(page)} LIMIT ${page.limit}`;
}

/** Users who were never active come first. */
function sortKey(page: UserPage): Sql {
  return isByName(page)
    ? sql`u.name_key`
    : sql`CASE WHEN u.last_active_at IS NULL THEN to_timestamp(0) ELSE u.last_active_at END`;
}

function isByName({ order }: UserPage): boolean {
  return order === "name" || order === "-name";
}
