import { byteOrderMark, csvLine } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import type { Actor, AuthenticatedActor } from "../../auth/actor.ts";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import type { Deps } from "../../deps.ts";
import { type ListedUser, listAllUsers, type UserPage } from "./list-queries.ts";
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
];
const pageSize = 1000;

/**
 * All users as CSV, in name order, in chunks of 1,000. The audit event is recorded before the first chunk. No
 * transaction stays open between chunks.
 */
export async function exportUsers(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor,
): Promise<AsyncIterable<string>> {
  await authorizeWrite(deps, actor, (tx, actor) =>
    record(deps, tx, actor, [
      { action: "users.exported", target: { type: "organization", id: actor.organizationId, name: "Users" } },
    ]),
  );
  return streamCsv(deps, actor);
}

async function* streamCsv(
  deps: Pick<Deps, "db" | "clock">,
  actor: Actor,
): AsyncGenerator<string, void, undefined> {
  const { organizationId } = actor;
  const allUsers = { organizationId, words: [], roleIds: null, status: null, order: "name" } as const;
  yield byteOrderMark + csvLine(columns);
  let after: UserPage["after"] = null;
  do {
    const page: UserPage = { ...allUsers, after, limit: pageSize, now: deps.clock.now() };
    const { rows } = await listAllUsers(deps.db, page);
    yield rows.map(toCsvLine).join("");
    const last = rows.at(-1);
    after = rows.length === pageSize && last !== undefined ? toCursorPosition(last) : null;
  } while (after !== null);
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
  ]);
}
