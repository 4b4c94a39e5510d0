/**
 * SQL for lists of users. Common and rare search words need opposite query plans. A filtered list therefore first scans
 * a limited number of rows in list order, which fills a page quickly when matches are common. Only if that isn't enough
 * does it find all matches first, starting from the most selective filter.
 */
import type { Language, UserStatus } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import { roleNameKey, roleText } from "../../db/role-texts.ts";
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

/** Sort order of a list. */
export type UserOrder = "name" | "-name" | "lastActiveAt" | "-lastActiveAt";

/** A page of a list. */
export interface UserPage extends UserFilter {
  /** The whole id in another system, which at most one user has; null for all users. */
  readonly externalId?: string | null;
  readonly order: UserOrder;
  /** The last row of the previous page. */
  readonly after: { readonly sortKey: string; readonly id: string } | null;
  readonly limit: number;
  /** Of the names of roles. */
  readonly language: Language | null;
}

/** A row of a list of users. */
export interface ListedUser {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string | null;
  readonly externalId: string | null;
  readonly status: UserStatus;
  readonly twoFactor: boolean;
  readonly lastActiveAt: Date | null;
  readonly createdAt: Date;
  readonly roles: readonly {
    readonly id: string;
    readonly name: string;
    readonly expiresAt: string | null;
  }[];
  /** Cursor position of this row. */
  readonly sortKey: string | Date;
}

/** A page of users. */
export interface ListedUsers {
  readonly rows: readonly ListedUser[];
  /** Number of users in the organization. */
  readonly userCount: number;
  /** Number of users in the list, if the query computed it. */
  readonly matchCount: number | null;
}

type Sql = Statement;

/** Rows read by the first scan. */
const firstScanLimit = 2000;
/** Rows read by the second scan, which usually fills a page when the first scan found a few matches. */
export const secondScanLimit = 20_000;
const minMatchesForSecondScan = 3;
/** Roles with at most this many users are filtered user by user. */
const smallRoleLimit = 5000;

/** A page of the filtered list. */
export async function listFilteredUsers(tx: Tx, page: UserPage): Promise<ListedUsers> {
  if (page.externalId != null) return read(tx, page, selectByExternalId(page, page.externalId));
  if (isByName(page) && isFilteredByRoleOnly(page)) return read(tx, page, selectRoleUsersInOrder(page));
  const first = await read(tx, page, scanInOrder(page, firstScanLimit));
  if (first.rows.length === page.limit || first.userCount <= firstScanLimit) return first;
  const isSmall = await areRolesSmall(tx, page);
  const hasIndex = isSmall || page.words.length > 0;
  if (first.rows.length >= minMatchesForSecondScan || !hasIndex) {
    const second = await read(tx, page, scanInOrder(page, secondScanLimit));
    if (second.rows.length === page.limit || second.userCount <= secondScanLimit) return second;
  }
  return read(tx, page, isSmall ? selectFromRoleUsers(page) : selectFromMatches(page));
}

function isFilteredByRoleOnly({ roleIds, words, status, twoFactor = null }: UserPage): boolean {
  return roleIds !== null && words.length === 0 && status === null && twoFactor === null;
}

/** Whether a filter excludes any users. */
export function isFiltered(filter: Omit<UserFilter, "now"> & Pick<UserPage, "externalId">): boolean {
  const { words, roleIds, status, twoFactor = null, externalId = null } = filter;
  return words.length > 0 || [roleIds, status, twoFactor, externalId].some((value) => value !== null);
}

/** A row of a list, or of its organization alone. */
export type Row = (ListedUser | { readonly id: null }) & Omit<ListedUsers, "rows">;

async function read(tx: Tx, page: UserPage, source: Sql): Promise<ListedUsers> {
  const { rows } = await tx.query(sql<Row>`${named("listFilteredUsers")}${statementFor(page, source)}`);
  return toListedUsers(rows);
}

/**
 * The users that `source` selects (columns of users, sort_key, match_count) with their roles and the number of users in
 * the organization, which is returned even for an empty page. Reads and returns nothing unless `condition` is true.
 */
export function statementFor(page: UserPage, source: Sql, condition: Sql = sql`true`): Statement<Row> {
  const { organizationId } = page;
  return sql<Row>`
    WITH page AS MATERIALIZED (${source})
    SELECT o.user_count AS "userCount", p.user_id AS id, p.account_id AS "accountId", p.name, p.email, p.phone,
      p.external_id AS "externalId", p.status, p.two_factor AS "twoFactor", p.last_active_at AS "lastActiveAt", p.created_at AS "createdAt",
      p.sort_key AS "sortKey", p.match_count AS "matchCount", COALESCE((
        SELECT json_agg(json_build_object('id', r.role_id, 'name', ${roleText("name", page.language)}, 'expiresAt', g.expires_at)
          ORDER BY NOT r.is_owner, ${roleNameKey(page.language)}, r.role_id)
        FROM user_roles g JOIN roles r ON r.organization_id = ${organizationId} AND r.role_id = g.role_id
        WHERE g.organization_id = ${organizationId} AND g.user_id = p.user_id AND ${isUnexpired("g", page.now)}), '[]') AS roles
    FROM organizations o LEFT JOIN page p ON true
    WHERE o.organization_id = ${organizationId} AND ${condition}
    ORDER BY p.sort_key ${direction(page)}, p.user_id ${direction(page)}`;
}

/** The page that a list's rows are. */
export function toListedUsers(rows: readonly Row[]): ListedUsers {
  return {
    rows: rows.filter((row) => row.id !== null),
    userCount: rows[0]?.userCount ?? 0,
    matchCount: rows[0]?.matchCount ?? null,
  };
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
 * Selects the page from all users who match the words, or the other columns. Roles are filtered in a separate step: in a single
 * query, the row-level security condition of user_roles would be evaluated before the pattern, and its index would not be used.
 */
function selectFromMatches(page: UserPage): Sql {
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
  if (page.roleIds === null) return selectPage(page, matches);
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
function selectPage(page: UserPage, matches: Sql): Sql {
  const matchCount = page.after === null ? sql`(SELECT count(*)::integer FROM found)` : sql`NULL::integer`;
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

async function areRolesSmall(tx: Tx, filter: UserFilter): Promise<boolean> {
  if (filter.roleIds === null) return false;
  const order = filter.roleIds.length === 1 ? sql`ORDER BY g.user_id` : sql``; // in the order of the index
  const { rows } = await tx.query(sql`${named("areRolesSmall")}
    SELECT FROM user_roles g WHERE ${matchesGrant(filter)} ${order} LIMIT ${smallRoleLimit + 1}`);
  return rows.length <= smallRoleLimit;
}

/** Ids of all users with one of the roles. */
export function selectUsersWithRoles(filter: UserFilter): Sql {
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

function direction(page: UserPage): Sql {
  return isDescending(page) ? sql`DESC` : sql`ASC`;
}

function isByName({ order }: UserPage): boolean {
  return order === "name" || order === "-name";
}

function isDescending({ order }: UserPage): boolean {
  return order.startsWith("-");
}
