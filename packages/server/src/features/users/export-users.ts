import {
  byteOrderMark,
  csvLine,
  type UserExportColumn,
  type UserExportFormat,
  type UserStatus,
  userExportColumns,
} from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import type { Actor, AuthenticatedActor, SystemActor } from "../../auth/actor.ts";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import { searchWords } from "../../db/search-words.ts";
import type { Deps } from "../../deps.ts";
import { listAllUsers } from "./list-all-users.ts";
import { isFiltered, listFilteredUsers } from "./list-queries.ts";
import { toCursorPosition } from "./list-users.ts";
import type { ListedUser, ListedUsers, UserPage } from "./user-pages.ts";

const pageSize = 1000;

/** Which users are exported: those that the list shows with the same filter. */
export interface ExportFilter {
  readonly query?: string | undefined;
  readonly role?: string | undefined;
  readonly status?: UserStatus | undefined;
  readonly twoFactor?: "true" | "false" | undefined;
}

/** What an export looks like. */
export interface ExportFormat {
  /** `csv`: safe for spreadsheets; `ndjson`: one JSON object a line. Both can be imported again. */
  readonly format?: UserExportFormat | undefined;
  /** All columns without it. */
  readonly columns?: readonly UserExportColumn[] | undefined;
}

/**
 * Users in name order, in chunks of 1,000. The audit event is recorded before the first chunk. No transaction stays open
 * between chunks.
 */
export async function exportUsers(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor | SystemActor,
  { format = "csv", columns = userExportColumns, ...filter }: ExportFilter & ExportFormat = {},
): Promise<AsyncIterable<string>> {
  await authorizeWrite(deps, actor, (tx, actor) =>
    record(deps, tx, actor, [
      { action: "users.exported", target: { type: "organization", id: actor.organizationId, name: "Users" } },
    ]),
  );
  return streamUsers(deps, actor, filter, { format, columns });
}

async function* streamUsers(
  deps: Pick<Deps, "db" | "clock">,
  { organizationId, language }: Actor,
  { query, role, status, twoFactor }: ExportFilter,
  { format, columns }: { readonly format: UserExportFormat; readonly columns: readonly UserExportColumn[] },
): AsyncGenerator<string, void, undefined> {
  const filter = {
    organizationId,
    words: searchWords(query),
    roleIds: role === undefined ? null : [role],
    status: status ?? null,
    twoFactor: twoFactor === undefined ? null : twoFactor === "true",
    order: "name",
    language,
  } as const;
  if (format === "csv") yield byteOrderMark + csvLine(columns);
  const toLine = format === "csv" ? toCsvLine : toJsonLine;
  let after: UserPage["after"] = null;
  do {
    const { rows } = await readPage(deps, { ...filter, after, limit: pageSize, now: deps.clock.now() });
    yield rows.map((user) => toLine(user, columns)).join("");
    const last = rows.at(-1);
    after = rows.length === pageSize && last !== undefined ? toCursorPosition(last) : null;
  } while (after !== null);
}

function readPage({ db }: Pick<Deps, "db">, page: UserPage): Promise<ListedUsers> {
  if (!isFiltered(page)) return listAllUsers(db, page);
  return db.tenant(page.organizationId, (tx) => listFilteredUsers(tx, page), {
    readOnly: true,
    mayUseReplica: true,
  });
}

function toCsvLine(user: ListedUser, columns: readonly UserExportColumn[]): string {
  return csvLine(
    columns.map((column) => {
      const value = readColumn(user, column);
      return Array.isArray(value) ? value.join("; ") : value === null ? null : String(value);
    }),
  );
}

function toJsonLine(user: ListedUser, columns: readonly UserExportColumn[]): string {
  return `${JSON.stringify(Object.fromEntries(columns.map((column) => [column, readColumn(user, column)])))}\n`;
}

function readColumn(user: ListedUser, column: UserExportColumn): string | boolean | readonly string[] | null {
  if (column === "roles") return user.roles.map(({ name }) => name);
  if (column === "lastActiveAt" || column === "createdAt") return user[column]?.toISOString() ?? null;
  return user[column];
}
