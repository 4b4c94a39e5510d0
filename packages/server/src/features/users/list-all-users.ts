/** A page of the unfiltered list of users. One plan fits every organization, because an index has its order. */
import type { Ahead } from "../../auth/read-ahead.ts";
import type { Database } from "../../db/database.ts";
import { prepare, type Statement, sql } from "../../db/sql.ts";
import { selectInOrder } from "./list-queries.ts";
import { type ListedUsers, type Row, statementFor, toListedUsers, type UserPage } from "./user-pages.ts";

/** Reads the page. */
export async function listAllUsers(
  db: Pick<Database, "readInOneRoundTrip">,
  page: UserPage,
): Promise<ListedUsers> {
  const statement = pageStatement(page, sql`true`);
  return toListedUsers(await db.readInOneRoundTrip(page.organizationId, statement, { isPriority: false }));
}

/** Reads the page together with the authentication. */
export function listAllUsersAhead(page: UserPage, isCaller: Statement): Ahead<ListedUsers> {
  return {
    statements: [pageStatement(page, isCaller)],
    toResult: ([rows = []]) => (rows.length === 0 ? null : toListedUsers(rows as readonly Row[])),
  };
}

function pageStatement(page: UserPage, condition: Statement): Statement<Row> {
  const source = sql`${selectInOrder(page)} LIMIT ${page.limit}`;
  return sql<Row>`${prepare("listAllUsers")}${statementFor(page, source, condition)}`;
}
