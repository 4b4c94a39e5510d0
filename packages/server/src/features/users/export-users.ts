import { byteOrderMark, csvLine } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import type { Deps } from "../../deps.ts";
import type { Actor, AuthenticatedActor } from "../../http/actor.ts";
import { authorizeWrite } from "../../http/authorize-write.ts";
import { type ListedUser, listEverybody, type UserPage } from "./list-queries.ts";
import { positionOf } from "./list-users.ts";

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
 * Every user as CSV, in name order, a piece for each thousand. The export is recorded before the first piece. No
 * transaction stays open between pieces, however slowly they are fetched.
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
  return pieces(deps, actor);
}

async function* pieces(
  deps: Pick<Deps, "db" | "clock">,
  actor: Actor,
): AsyncGenerator<string, void, undefined> {
  const { organizationId } = actor;
  const everybody = { organizationId, words: [], roleIds: null, status: null, order: "name" } as const;
  yield byteOrderMark + csvLine(columns);
  let after: UserPage["after"] = null;
  do {
    const page: UserPage = { ...everybody, after, limit: pageSize, now: deps.clock.now() };
    const { rows } = await listEverybody(deps.db, page);
    yield rows.map(lineOf).join("");
    const last = rows.at(-1);
    after = rows.length === pageSize && last !== undefined ? positionOf(last) : null;
  } while (after !== null);
}

function lineOf(user: ListedUser): string {
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
