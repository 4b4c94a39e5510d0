import type { Total, UserStatus, UserView } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import { searchWords } from "../../database/search-words.ts";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import {
  cappedTotal,
  cursorInstant,
  cursorText,
  cursorTotal,
  cutPage,
  decodeCursor,
  defaultLimit,
} from "../../http/paging.ts";
import {
  isFiltered,
  type ListedUser,
  type ListedUsers,
  listEverybody,
  listPage,
  type UserFilter,
  type UserOrder,
} from "./list-queries.ts";
import { totalOf } from "./list-totals.ts";
import { viewListedUser } from "./user-view.ts";

/** A page of the list of users, as it is asked for. */
export interface UserListRequest {
  readonly query?: string | undefined;
  readonly role?: string | undefined;
  readonly status?: UserStatus | undefined;
  readonly sort?: UserOrder | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

/**
 * Users by any part of name or e-mail, by role and by status. Totals count to 10,000, those of searches in large organizations
 * less far.
 * @throws Refusal request/cursor
 */
export async function listUsers(
  deps: Pick<Deps, "db" | "clock">,
  actor: Actor,
  input: UserListRequest,
): Promise<{ readonly items: UserView[]; readonly nextCursor: string | null; readonly total: Total }> {
  const { organizationId } = actor;
  const limit = input.limit ?? defaultLimit;
  const order = input.sort ?? "name";
  const after = decodeCursor(positionIn(order), input.cursor);
  const filter: UserFilter = {
    organizationId,
    words: searchWords(input.query),
    roleIds: input.role === undefined ? null : [input.role],
    status: input.status ?? null,
    now: deps.clock.now(),
  };
  const page = { ...filter, order, after, limit: limit + 1 };
  const answer = ({ rows }: ListedUsers, total: Total, kept: { readonly total?: Total }) => {
    const { items, nextCursor } = cutPage(rows, limit, (row) => ({ order, ...positionOf(row), ...kept }));
    return { items: items.map(viewListedUser), nextCursor, total };
  };
  if (!isFiltered(filter)) {
    const found = await listEverybody(deps.db, page);
    return answer(found, cappedTotal(found.userCount), {});
  }
  return deps.db.tenant(
    organizationId,
    async (tx) => {
      const found = await listPage(tx, page);
      const total = after?.total ?? (await totalOf(tx, filter, { ...found, isFirst: after === null, limit }));
      return answer(found, total, { total });
    },
    { readOnly: true },
  );
}

/** Where a list goes on after this row, as a cursor carries it. */
export function positionOf({ id, sortKey }: ListedUser): { readonly id: string; readonly sortKey: string } {
  return { id, sortKey: sortKey instanceof Date ? sortKey.toISOString() : sortKey };
}

/** A cursor works for the order that it was made in. */
function positionIn(order: UserOrder) {
  const sortKey = order === "name" || order === "-name" ? cursorText : cursorInstant;
  return z.strictObject({ order: z.literal(order), id: z.uuid(), sortKey, total: z.optional(cursorTotal) });
}
