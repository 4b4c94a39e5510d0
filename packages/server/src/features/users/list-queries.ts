/**
 * Statements behind lists of users. A common name and a rare one need opposite plans, so a list with filters first walks
 * a bounded number of rows in the list's own order, which fills a page with anything common at once, and only when that
 * was not enough looks for all matches, starting from whichever filter is narrow.
 */
import type { UserStatus } from "@gatehouse/sdk/contract";
import { type RawBuilder, sql } from "kysely";
import type { Database, Tx } from "../../database/database.ts";
import { prepared } from "../../database/prepared.ts";
import { containing } from "../../database/search-words.ts";

/** What a list is ordered by. */
export type UserOrder = "name" | "-name" | "lastActiveAt" | "-lastActiveAt";

/** Which users a list has. */
export interface UserFilter {
  readonly organizationId: string;
  /** Folded words; each must be somewhere in name or address. */
  readonly words: readonly string[];
  /** Users who hold one of these roles now; null for everybody. */
  readonly roleIds: readonly string[] | null;
  readonly status: UserStatus | null;
  readonly now: Date;
}

/** A page of a list. */
export interface UserPage extends UserFilter {
  readonly order: UserOrder;
  /** The last row of the page before. */
  readonly after: { readonly sortKey: string; readonly id: string } | null;
  readonly limit: number;
}

/** A user as a list has them. */
export interface ListedUser {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string | null;
  readonly externalId: string | null;
  readonly status: UserStatus;
  readonly lastActiveAt: Date | null;
  readonly createdAt: Date;
  readonly roles: readonly {
    readonly id: string;
    readonly name: string;
    readonly expiresAt: string | null;
  }[];
  /** Where the list goes on after this row. */
  readonly sortKey: string | Date;
}

/** A page of users. */
export interface ListedUsers {
  readonly rows: readonly ListedUser[];
  /** How many users the organization has in all. */
  readonly userCount: number;
  /** How many users the list has, where finding the page told it; null where it didn't. */
  readonly matchCount: number | null;
}

type Sql = RawBuilder<unknown>;

/** Rows that the first walk looks at. */
const nearby = 2000;
/** Rows that a second walk looks at, when the first found some: about as many as it takes to find a page then. */
export const farther = 20_000;
const promising = 3;
/** Up to as many holders of a role are looked at one by one. */
const fewHolders = 5000;

/** A page of everybody, in order. One plan suits every organization: an index has them in that order. */
export async function listEverybody(db: Pick<Database, "lookUp">, page: UserPage): Promise<ListedUsers> {
  const statement = statementFor(page, sql`${inOrder(page)} LIMIT ${page.limit}`);
  return toListed(
    await db.lookUp(page.organizationId, sql<Row>`${prepared}${statement}`, { isPriority: false }),
  );
}

/** A page of users who meet a filter, in order. */
export async function listPage(tx: Tx, page: UserPage): Promise<ListedUsers> {
  const near = await read(tx, page, walk(page, nearby));
  if (near.rows.length === page.limit || near.userCount <= nearby) return near;
  if (near.rows.length >= promising) {
    const far = await read(tx, page, walk(page, farther));
    if (far.rows.length === page.limit || far.userCount <= farther) return far;
  }
  return read(tx, page, (await hasFewHolders(tx, page)) ? amongHolders(page) : amongMatches(page));
}

/** Whether a list leaves anybody out. */
export function isFiltered(filter: Pick<UserFilter, "words" | "roleIds" | "status">): boolean {
  return filter.words.length > 0 || filter.roleIds !== null || filter.status !== null;
}

type Row = (ListedUser | { readonly id: null }) & Omit<ListedUsers, "rows">;

async function read(tx: Tx, page: UserPage, source: Sql): Promise<ListedUsers> {
  return toListed((await statementFor(page, source).execute(tx)).rows);
}

/**
 * The users that `source` finds (columns of users, sort_key, match_count) with their roles, and the size of the
 * organization, which comes even with an empty page.
 */
function statementFor(page: UserPage, source: Sql): RawBuilder<Row> {
  const { organizationId } = page;
  return sql`
    WITH page AS MATERIALIZED (${source})
    SELECT o.user_count AS "userCount", p.user_id AS id, p.account_id AS "accountId", p.name, p.email, p.phone,
      p.external_id AS "externalId", p.status, p.last_active_at AS "lastActiveAt", p.created_at AS "createdAt",
      p.sort_key AS "sortKey", p.match_count AS "matchCount", COALESCE((
        SELECT json_agg(json_build_object('id', r.role_id, 'name', r.name, 'expiresAt', g.expires_at)
          ORDER BY NOT r.is_owner, r.name_key, r.role_id)
        FROM user_roles g JOIN roles r ON r.organization_id = ${organizationId} AND r.role_id = g.role_id
        WHERE g.organization_id = ${organizationId} AND g.user_id = p.user_id AND ${isLive(page)}), '[]') AS roles
    FROM organizations o LEFT JOIN page p ON true
    WHERE o.organization_id = ${organizationId}
    ORDER BY p.sort_key ${direction(page)}, p.user_id ${direction(page)}`;
}

function toListed(rows: readonly Row[]): ListedUsers {
  return {
    rows: rows.filter((row) => row.id !== null),
    userCount: rows[0]?.userCount ?? 0,
    matchCount: rows[0]?.matchCount ?? null,
  };
}

/** The users of the page out of the next rows in order, if they are there. */
function walk(page: UserPage, most: number): Sql {
  return sql`
    SELECT u.* FROM (${inOrder(page)} LIMIT ${most}) AS u
    WHERE ${all(conditions(page))} ${ordered(page)}`;
}

/** The users of the page out of all who hold the roles. */
function amongHolders(page: UserPage): Sql {
  return outOf(
    page,
    sql`
      SELECT u.user_id, ${sortKey(page)} AS sort_key
      FROM (${holders(page)}) AS h CROSS JOIN LATERAL ${userOf(page, sql`h.user_id`)} AS u
      WHERE ${all([...matching(page.words), ...ofStatus(page.status), ...following(page)])}`,
  );
}

/**
 * The users of the page out of all who match the words. They are found apart from the roles: in one query the tenant
 * condition of user_roles' row-level security would rank before the pattern and keep it from its index.
 */
function amongMatches(page: UserPage): Sql {
  const matches = sql`
    SELECT u.user_id, ${sortKey(page)} AS sort_key FROM users_search u
    WHERE u.organization_id = ${page.organizationId}
      AND ${all([...matching(page.words), ...ofStatus(page.status), ...following(page)])}`;
  if (page.roleIds === null) return outOf(page, matches);
  return outOf(
    page,
    sql`
      WITH matches AS MATERIALIZED (${matches})
      SELECT u.user_id, u.sort_key FROM matches u WHERE ${all(holding(page))}`,
  );
}

/** Finds all matches before it orders them: an ORDER BY with LIMIT would tempt the planner to walk the order's index. */
function outOf(page: UserPage, matches: Sql): Sql {
  const matchCount = page.after === null ? sql`(SELECT count(*)::integer FROM found)` : sql`NULL::integer`;
  return sql`
    SELECT u.*, f.sort_key, f.match_count FROM (
      WITH found AS MATERIALIZED (${matches})
      SELECT user_id, sort_key, ${matchCount} AS match_count FROM found ${ordered(page)}) AS f
    CROSS JOIN LATERAL ${userOf(page, sql`f.user_id`)} AS u`;
}

/** One user by key, in a form that is looked up by key however many the planner expects. */
function userOf({ organizationId }: UserPage, userId: Sql): Sql {
  return sql`(SELECT * FROM users u WHERE u.organization_id = ${organizationId} AND u.user_id = ${userId} LIMIT 1)`;
}

/** Users in the list's order, after the page before: what one index gives. */
function inOrder(page: UserPage): Sql {
  return sql`
    SELECT u.*, ${sortKey(page)} AS sort_key, NULL::integer AS match_count FROM users u
    WHERE u.organization_id = ${page.organizationId}
      AND ${all([...(isByName(page) ? ofStatus(page.status) : []), ...following(page)])}
    ORDER BY ${sortKey(page)} ${direction(page)}, u.user_id ${direction(page)}`;
}

async function hasFewHolders(tx: Tx, filter: UserFilter): Promise<boolean> {
  if (filter.roleIds === null) return false;
  if (filter.words.length === 0) return true;
  const { rows } = await sql`
    SELECT FROM user_roles g WHERE ${grantOf(filter)} LIMIT ${fewHolders + 1}`.execute(tx);
  return rows.length <= fewHolders;
}

/** Ids of all who hold the roles. */
export function holders(filter: UserFilter): Sql {
  const once = filter.roleIds?.length === 1 ? sql`` : sql`DISTINCT`;
  return sql`SELECT ${once} g.user_id FROM user_roles g WHERE ${grantOf(filter)}`;
}

/** What user `u` must meet to be listed. */
export function conditions(filter: UserFilter): readonly Sql[] {
  return [...ofStatus(filter.status), ...matching(filter.words), ...holding(filter)];
}

/** That user `u` holds one of the roles. */
export function holding(filter: UserFilter): readonly Sql[] {
  if (filter.roleIds === null) return [];
  return [sql`EXISTS (SELECT FROM user_roles g WHERE ${grantOf(filter)} AND g.user_id = u.user_id)`];
}

/** One role is asked for by `=`: with an array an index would no longer give its rows in order. */
function grantOf({ organizationId, roleIds, now }: UserFilter): Sql {
  const [only, ...others] = roleIds ?? [];
  const role =
    others.length === 0 ? sql`g.role_id = ${only}::uuid` : sql`g.role_id = ANY(${roleIds}::uuid[])`;
  return sql`g.organization_id = ${organizationId} AND ${role} AND ${isLive({ now })}`;
}

function isLive({ now }: { readonly now: Date }): Sql {
  return sql`(g.expires_at IS NULL OR g.expires_at > ${now})`;
}

/** That name or address of user `u` has the words. */
export function matching(words: readonly string[]): readonly Sql[] {
  return words.map((word) => sql`u.search_key LIKE ${containing(word)}`);
}

/** That user `u` has the status. */
export function ofStatus(status: UserStatus | null): readonly Sql[] {
  return status === null ? [] : [sql`u.status = ${status}`];
}

function following(page: UserPage): readonly Sql[] {
  const { after } = page;
  if (after === null) return [];
  const key = isByName(page) ? sql`${after.sortKey}` : sql`${after.sortKey}::timestamptz`;
  return [
    sql`(${sortKey(page)}, u.user_id) ${isDescending(page) ? sql`<` : sql`>`} (${key}, ${after.id}::uuid)`,
  ];
}

function ordered(page: UserPage): Sql {
  return sql`ORDER BY sort_key ${direction(page)}, user_id ${direction(page)} LIMIT ${page.limit}`;
}

/** Whoever was never active comes before everybody else. */
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

/** All of the conditions. */
export function all(conditions: readonly Sql[]): Sql {
  return sql.join([sql`true`, ...conditions], sql` AND `);
}
