/**
 * SQL for lists of users. Common and rare search words need opposite query plans. A filtered list therefore first scans
 * a limited number of rows in list order, which fills a page quickly when matches are common. Only if that isn't enough
 * does it find all matches first, starting from the most selective filter.
 */
import type { Language, UserStatus } from "@gatehouse/sdk/contract";
import type { Database, Tx } from "../../db/database.ts";
import { roleNameKey, roleText } from "../../db/role-texts.ts";
import { toContainsPattern } from "../../db/search-words.ts";
import { joinSql, named, prepare, type Statement, sql } from "../../db/sql.ts";
import { isUnexpired } from "../../db/unexpired.ts";

/** Sort order of a list. */
export type UserOrder = "name" | "-name" | "lastActiveAt" | "-lastActiveAt";

/** Filter of a list of users. */
export interface UserFilter {
  readonly organizationId: string;
  /** Folded words; each must occur in the name or the email address. */
  readonly words: readonly string[];
  /** Users who currently have one of these roles; null for all users. */
  readonly roleIds: readonly string[] | null;
  readonly status: UserStatus | null;
  /** Whether they have a second factor; null for all users. */
  readonly twoFactor?: boolean | null;
  readonly now: Date;
}

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

/** A page of the unfiltered list. One plan fits every organization, because an index has this order. */
export async function listAllUsers(
  db: Pick<Database, "readInOneRoundTrip">,
  page: UserPage,
): Promise<ListedUsers> {
  const statement = statementFor(page, sql`${selectInOrder(page)} LIMIT ${page.limit}`);
  return toListedUsers(
    await db.readInOneRoundTrip(page.organizationId, sql<Row>`${prepare("listAllUsers")}${statement}`, {
      isPriority: false,
    }),
  );
}

/** A page of the filtered list. */
export async function listFilteredUsers(tx: Tx, page: UserPage): Promise<ListedUsers> {
  if (page.externalId != null) return read(tx, page, selectByExternalId(page, page.externalId));
  const first = await read(tx, page, scanInOrder(page, firstScanLimit));
  if (first.rows.length === page.limit || first.userCount <= firstScanLimit) return first;
  if (first.rows.length >= minMatchesForSecondScan) {
    const second = await read(tx, page, scanInOrder(page, secondScanLimit));
    if (second.rows.length === page.limit || second.userCount <= secondScanLimit) return second;
  }
  return read(
    tx,
    page,
    (await areRolesSmall(tx, page)) ? selectFromRoleUsers(page) : selectFromWordMatches(page),
  );
}

/** Whether a filter excludes any users. */
export function isFiltered(filter: Omit<UserFilter, "now"> & Pick<UserPage, "externalId">): boolean {
  const { words, roleIds, status, twoFactor = null, externalId = null } = filter;
  return words.length > 0 || [roleIds, status, twoFactor, externalId].some((value) => value !== null);
}

type Row = (ListedUser | { readonly id: null }) & Omit<ListedUsers, "rows">;

async function read(tx: Tx, page: UserPage, source: Sql): Promise<ListedUsers> {
  const { rows } = await tx.query(sql<Row>`${named("listFilteredUsers")}${statementFor(page, source)}`);
  return toListedUsers(rows);
}

/**
 * The users that `source` selects (columns of users, sort_key, match_count) with their roles and the number of users in
 * the organization, which is returned even for an empty page.
 */
function statementFor(page: UserPage, source: Sql): Statement<Row> {
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
    WHERE o.organization_id = ${organizationId}
    ORDER BY p.sort_key ${direction(page)}, p.user_id ${direction(page)}`;
}

function toListedUsers(rows: readonly Row[]): ListedUsers {
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
 * Selects the page from all users who match the words. Roles are filtered in a separate step: in a single query, the
 * row-level security condition of user_roles would be evaluated before the pattern, and its index would not be used.
 */
function selectFromWordMatches(page: UserPage): Sql {
  const matches = sql`
    SELECT u.user_id, ${sortKey(page)} AS sort_key FROM users_search u
    WHERE u.organization_id = ${page.organizationId}
      AND ${and([...wordConditions(page.words), ...columnConditions(page), ...cursorConditions(page)])}`;
  if (page.roleIds === null) return selectPage(page, matches);
  return selectPage(
    page,
    sql`
      WITH matches AS MATERIALIZED (${matches})
      SELECT u.user_id, u.sort_key FROM matches u WHERE ${and(roleConditions(page))}`,
  );
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

/** Users in list order after the cursor; an index has this order. */
function selectInOrder(page: UserPage): Sql {
  return sql`
    SELECT u.*, ${sortKey(page)} AS sort_key, NULL::integer AS match_count FROM users u
    WHERE u.organization_id = ${page.organizationId}
      AND ${and([...(isByName(page) ? columnConditions(page) : []), ...cursorConditions(page)])}
    ORDER BY ${sortKey(page)} ${direction(page)}, u.user_id ${direction(page)}`;
}

async function areRolesSmall(tx: Tx, filter: UserFilter): Promise<boolean> {
  if (filter.roleIds === null) return false;
  if (filter.words.length === 0) return true;
  const { rows } = await tx.query(sql`${named("areRolesSmall")}
    SELECT FROM user_roles g WHERE ${matchesGrant(filter)} LIMIT ${smallRoleLimit + 1}`);
  return rows.length <= smallRoleLimit;
}

/** Ids of all users with one of the roles. */
export function selectUsersWithRoles(filter: UserFilter): Sql {
  const distinct = filter.roleIds?.length === 1 ? sql`` : sql`DISTINCT`;
  return sql`SELECT ${distinct} g.user_id FROM user_roles g WHERE ${matchesGrant(filter)}`;
}

/** Conditions for user `u` to be in the list. */
export function listConditions(filter: UserFilter): readonly Sql[] {
  return [...columnConditions(filter), ...wordConditions(filter.words), ...roleConditions(filter)];
}

/** Condition: user `u` has one of the roles. */
export function roleConditions(filter: UserFilter): readonly Sql[] {
  if (filter.roleIds === null) return [];
  return [sql`EXISTS (SELECT FROM user_roles g WHERE ${matchesGrant(filter)} AND g.user_id = u.user_id)`];
}

/** A single role is compared with `=`: with an array, the index would no longer return rows in order. */
function matchesGrant({ organizationId, roleIds, now }: UserFilter): Sql {
  const [only, ...others] = roleIds ?? [];
  const role =
    others.length === 0 ? sql`g.role_id = ${only}::uuid` : sql`g.role_id = ANY(${roleIds}::uuid[])`;
  return sql`g.organization_id = ${organizationId} AND ${role} AND ${isUnexpired("g", now)}`;
}

/** Conditions: name or email address of user `u` contain the words. */
export function wordConditions(words: readonly string[]): readonly Sql[] {
  return words.map((word) => sql`u.search_key LIKE ${toContainsPattern(word)}`);
}

/** Conditions: user `u` has the status, and has a second factor or not. An index has the order of names within each. */
export function columnConditions({ status, twoFactor = null }: UserFilter): readonly Sql[] {
  const factor = twoFactor === null ? [] : [sql`u.two_factor = ${twoFactor}`];
  return status === null ? factor : [sql`u.status = ${status}`, ...factor];
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
  return isByName(page) ? sql`u.name_key` : sql`COALESCE(u.last_active_at, to_timestamp(0))`;
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

/** Joins conditions with AND. */
export function and(conditions: readonly Sql[]): Sql {
  return joinSql([sql`true`, ...conditions], " AND ");
}
