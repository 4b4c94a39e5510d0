/** A page of a list of users: what it is asked for, and the statement that reads its rows. */
import type { Language, Total, UserStatus } from "@gatehouse/sdk/contract";
import { roleNameKey, roleText } from "../../db/role-texts.ts";
import { type Statement, sql } from "../../db/sql.ts";
import { isUnexpired } from "../../db/unexpired.ts";
import { cappedTotal } from "../../http/pagination.ts";
import type { UserFilter } from "./user-conditions.ts";

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
  /** Number of users in the list, if the query counted them. */
  readonly matches: Total | null;
}

/** A row of a list, or of its organization alone. */
export type Row = (ListedUser | { readonly id: null }) & {
  readonly userCount: number;
  readonly matchCount: number | null;
};

/**
 * The users that `source` selects (columns of users, sort_key, match_count) with their roles and the number of users in
 * the organization, which is returned even for an empty page. Reads and returns nothing unless `condition` is true.
 */
export function statementFor(
  page: UserPage,
  source: Statement,
  condition: Statement = sql`true`,
): Statement<Row> {
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

/** The page that a list's rows are. A statement that stops counting does so one match beyond `max`. */
export function toListedUsers(rows: readonly Row[], max: number = Number.POSITIVE_INFINITY): ListedUsers {
  const matchCount = rows[0]?.matchCount ?? null;
  return {
    rows: rows.filter((row) => row.id !== null),
    userCount: rows[0]?.userCount ?? 0,
    matches: matchCount === null ? null : cappedTotal(matchCount, max),
  };
}

/** The direction of a list, for `ORDER BY`. */
export function direction(page: UserPage): Statement {
  return isDescending(page) ? sql`DESC` : sql`ASC`;
}

/** Whether a list begins with the last name or the latest activity. */
export function isDescending({ order }: UserPage): boolean {
  return order.startsWith("-");
}
