import { byteOrderMark, csvLine, type UserStatus } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import type { Actor, AuthenticatedActor } from "../../auth/actor.ts";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import { searchWords } from "../../db/search-words.ts";
import type { Deps } from "../../deps.ts";
import {
  isFiltered,
  type ListedUser,
  type ListedUsers,
  listAllUsers,
  listFilteredUsers,
  type UserPage,
} from "./list-queries.ts";
import { toCursorPosition } from "./list-users.ts";

const columns = [
  "id",
  "name",
  "email",
  "status",
  "roles",
  "phone",
  "externalId",
  "lastActiveAt",
  "createdAt",
  "twoFactor",
];
const pageSize = 1000;

/** Which users are exported: those that the list shows with the same filter. */
export interface ExportFilter {
  readonly query?: string | undefined;
  readonly role?: string | undefined;
  readonly status?: UserStatus | undefined;
  readonly twoFactor?: "true" | "false" | undefined;
}

/**
 * Users as CSV, in name order, in chunks of 1,000. The audit event is recorded before the first chunk. No transaction
 * stays open between chunks.
 */
export async function exportUsers(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor,
  filter: ExportFilter = {},
): Promise<AsyncIterable<string>> {
  await authorizeWrite(deps, actor, (tx, actor) =>
    record(deps, tx, actor, [
      { action: "users.exported", target: { type: "organization", id: actor.organizationId, name: "Users" } },
    ]),
  );
  return streamCsv(deps, actor, filter);
}

async function* streamCsv(
  deps: Pick<Deps, "db" | "clock">,
  { organizationId, language }: Actor,
  { query, role, status, twoFactor }: ExportFilter,
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
  yield byteOrderMark + csvLine(columns);
  let after: UserPage["after"] = null;
  do {
    const { rows } = await readPage(deps, { ...filter, after, limit: pageSize, now: deps.clock.now() });
    yield rows.map(toCsvLine).join("");
    const last = rows.at(-1);
    after = rows.length === pageSize && last !== undefined ? toCursorPosition(last) : null;
  } while (after !== null);
}

function readPage({ db }: Pick<Deps, "db">, page: UserPage): Promise<ListedUsers> {
  if (!isFiltered(page)) return listAllUsers(db, page);
  return db.tenant(page.organizationId, (tx) => listFilteredUsers(tx, page), { readOnly: true });
}

function toCsvLine(user: ListedUser): string {
  return csvLine([
    user.id,
    user.name,
    user.email,
    user.status,
    user.roles.map(({ name }) => name).join("; "),
    user.phone,
    user.externalId,
    user.lastActiveAt?.toISOString() ?? null,
    user.createdAt.toISOString(),
    String(user.twoFactor),
  ]);
}
