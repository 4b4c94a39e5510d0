import type { Total, UserStatus, UserView } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import type { Actor } from "../../auth/actor.ts";
import type { Ahead, ExpectedCaller } from "../../auth/read-ahead.ts";
import type { Tx } from "../../db/database.ts";
import { searchWords } from "../../db/search-words.ts";
import { named, type Statement, sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import {
  cappedTotal,
  cursorInstant,
  cursorText,
  cursorTotal,
  cutPage,
  decodeCursor,
  defaultLimit,
  maxCounted,
} from "../../http/pagination.ts";
import { toUserView } from "./get-user.ts";
import { listAllUsers, listAllUsersAhead } from "./list-all-users.ts";
import { isFiltered, listFilteredUsers, scanLimits } from "./list-queries.ts";
import {
  and,
  columnConditions,
  indexedWordConditions,
  listConditions,
  matchesGrant,
  roleConditions,
  type UserFilter,
} from "./user-conditions.ts";
import type { ListedUser, ListedUsers, UserOrder } from "./user-pages.ts";

/** Query parameters of the list of users. */
export interface UserListQuery {
  readonly query?: string | undefined;
  readonly role?: string | undefined;
  readonly status?: UserStatus | undefined;
  readonly twoFactor?: "true" | "false" | undefined;
  readonly externalId?: string | undefined;
  readonly sort?: UserOrder | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

/** Reads a page of the unfiltered list together with the authentication. */
export function readUsersAhead(
  deps: Pick<Deps, "clock">,
  { organizationId, language, isCaller }: ExpectedCaller,
  input: UserListQuery,
): Ahead<ListedUsers> | null {
  if (language === undefined) return null; // roles are named in it
  const page = toPage(deps, { organizationId, language }, input);
  return isFiltered(page) ? null : listAllUsersAhead(page, isCaller);
}

function toPage(
  deps: Pick<Deps, "clock">,
  { organizationId, language }: Pick<Actor, "organizationId" | "language">,
  input: UserListQuery,
) {
  const order = input.sort ?? "name";
  return {
    organizationId,
    language,
    words: searchWords(input.query),
    roleIds: input.role === undefined ? null : [input.role],
    status: input.status ?? null,
    twoFactor: input.twoFactor === undefined ? null : input.twoFactor === "true",
    externalId: input.externalId ?? null,
    now: deps.clock.now(),
    order,
    after: decodeCursor(createPositionSchema(order), input.cursor),
    limit: (input.limit ?? defaultLimit) + 1,
  };
}

/**
 * Lists users by any part of the name or email address, by role, by status and by two-factor authentication. Totals are capped at 10,000, or lower for
 * searches in large organizations.
 * @throws ApiError request/cursor
 */
export async function listUsers(
  deps: Pick<Deps, "db" | "clock">,
  actor: Actor,
  input: UserListQuery,
  ahead: ListedUsers | null = null,
): Promise<{ readonly items: UserView[]; readonly nextCursor: string | null; readonly total: Total }> {
  const page = toPage(deps, actor, input);
  const { order, after } = page;
  const limit = page.limit - 1;
  const toResponse = ({ rows }: ListedUsers, total: Total, kept: { readonly total?: Total }) => {
    const { items, nextCursor } = cutPage(rows, limit, (row) => ({
      order,
      ...toCursorPosition(row),
      ...kept,
    }));
    return { items: items.map(toUserView), nextCursor, total };
  };
  if (!isFiltered(page)) {
    const found = ahead ?? (await listAllUsers(deps.db, page));
    return toResponse(found, cappedTotal(found.userCount), {});
  }
  return deps.db.tenant(
    page.organizationId,
    async (tx) => {
      const found = await listFilteredUsers(tx, page);
      const total = after?.total ?? (await getTotal(tx, page, { ...found, isFirst: after === null, limit }));
      return toResponse(found, total, { total });
    },
    { readOnly: true, mayUseReplica: true },
  );
}

/** The cursor position of a row. */
export function toCursorPosition({ id, sortKey }: ListedUser): {
  readonly id: string;
  readonly sortKey: string;
} {
  return { id, sortKey: sortKey instanceof Date ? sortKey.toISOString() : sortKey };
}

/** A cursor is valid only for its own sort order. */
function createPositionSchema(order: UserOrder) {
  const sortKey = order === "name" || order === "-name" ? cursorText : cursorInstant;
  return z.strictObject({ order: z.literal(order), id: z.uuid(), sortKey, total: z.optional(cursorTotal) });
}

/**
 * A query for the ids (`user_id`) of all users who match the filter, unordered, at most `limit`. Words are matched first,
 * through the search view, so that an index can be used.
 */
export function selectMatchingUserIds(filter: UserFilter, limit: number): Statement {
  const { organizationId, words } = filter;
  if (words.length === 0)
    return sql`
      SELECT u.user_id FROM users u
      WHERE u.organization_id = ${organizationId} AND ${and(listConditions(filter))} LIMIT ${limit}`;
  return sql`
    SELECT u.user_id FROM (
      WITH matches AS MATERIALIZED (
        SELECT u.user_id FROM users_search u
        WHERE u.organization_id = ${organizationId} AND ${and([...indexedWordConditions(words), ...columnConditions(filter)])})
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
  if (found.matches?.exact === true) return cappedTotal(found.matches.count);
  if (found.matches !== null) return { count: Math.min(found.matches.count, maxCounted), exact: false };
  if (found.isFirst && found.rows.length <= found.limit) return cappedTotal(found.rows.length);
  return countMatches(tx, filter, found.userCount);
}

/**
 * Exact if an index can count the matches; in a large organization a lower bound from a sample of users. The order makes
 * the planner use an index: a scan of the table might read other organizations first.
 */
async function countMatches(tx: Tx, filter: UserFilter, userCount: number): Promise<Total> {
  const { organizationId, words, roleIds, status, twoFactor = null } = filter;
  if (words.length === 0 && roleIds === null && (status === null || twoFactor === null))
    return count(
      tx,
      sql`SELECT FROM users u WHERE u.organization_id = ${organizationId} AND ${and(columnConditions(filter))}`,
    );
  if (words.length === 0 && roleIds !== null && status === null && twoFactor === null)
    return countUsersWithRoles(tx, filter, roleIds);
  const isSmall = userCount <= scanLimits.second;
  // Up to here an index of words finds all matches sooner than a scan finds them among all users.
  if (isSmall && userCount > scanLimits.first && words.length > 0)
    return count(tx, sql`SELECT FROM (${selectMatchingUserIds(filter, maxCounted + 1)}) AS m`);
  const sample = sql`
    SELECT FROM (
      SELECT u.user_id, u.search_key, u.status, u.two_factor FROM users u
      WHERE u.organization_id = ${organizationId} ORDER BY u.user_id LIMIT ${scanLimits.second}) AS u
    WHERE ${and(listConditions(filter))}`;
  if (isSmall) return count(tx, sample);
  return { ...(await count(tx, sample, largeListCountLimit)), exact: false };
}

/** Grants of several roles that are counted at most: a user may have many of the roles. */
const maxCountedGrants = 100_000;

/** Counts by the index of each role. */
async function countUsersWithRoles(tx: Tx, filter: UserFilter, roleIds: readonly string[]): Promise<Total> {
  const { rows } = await tx.query(sql<{ users: number; grants: number }>`${named("countUsersWithRoles")}
    SELECT count(*)::integer AS users, COALESCE(sum(counted.grants), 0)::integer AS grants FROM (
      SELECT every.user_id, count(*) AS grants FROM (
        SELECT h.user_id FROM unnest(${roleIds}::uuid[]) AS r(role_id) CROSS JOIN LATERAL (
          SELECT g.user_id FROM user_roles g WHERE ${matchesGrant(filter, sql`r.role_id`)}
          LIMIT ${maxCounted + 1}) AS h
        LIMIT ${maxCountedGrants}) AS every
      GROUP BY every.user_id) AS counted`);
  const { users = 0, grants = 0 } = rows[0] ?? {};
  const total = cappedTotal(users);
  return { ...total, exact: total.exact && grants < maxCountedGrants };
}

async function count(tx: Tx, source: Statement, max: number = maxCounted): Promise<Total> {
  const { rows } = await tx.query(sql<{ count: number }>`
    SELECT count(*)::integer AS count FROM (${source} LIMIT ${max + 1}) AS counted`);
  return cappedTotal(rows[0]?.count ?? 0, max);
}
