import type { Total, UserStatus, UserView } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import type { Actor } from "../../auth/actor.ts";
import { searchWords } from "../../db/search-words.ts";
import type { Deps } from "../../deps.ts";
import {
  cappedTotal,
  cursorInstant,
  cursorText,
  cursorTotal,
  cutPage,
  decodeCursor,
  defaultLimit,
} from "../../http/pagination.ts";
import {
  isFiltered,
  type ListedUser,
  type ListedUsers,
  listAllUsers,
  listFilteredUsers,
  type UserFilter,
  type UserOrder,
} from "./list-queries.ts";
import { getTotal } from "./match-queries.ts";
import { toUserView } from "./user-view.ts";

/** Query parameters of the list of users. */
export interface UserListQuery {
  readonly query?: string | undefined;
  readonly role?: string | undefined;
  readonly status?: UserStatus | undefined;
  readonly sort?: UserOrder | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

/**
 * Lists users by any part of the name or email address, by role and by status. Totals are capped at 10,000, or lower for
 * searches in large organizations.
 * @throws ApiError request/cursor
 */
export async function listUsers(
  deps: Pick<Deps, "db" | "clock">,
  actor: Actor,
  input: UserListQuery,
): Promise<{ readonly items: UserView[]; readonly nextCursor: string | null; readonly total: Total }> {
  const { organizationId } = actor;
  const limit = input.limit ?? defaultLimit;
  const order = input.sort ?? "name";
  const after = decodeCursor(createPositionSchema(order), input.cursor);
  const filter: UserFilter = {
    organizationId,
    words: searchWords(input.query),
    roleIds: input.role === undefined ? null : [input.role],
    status: input.status ?? null,
    now: deps.clock.now(),
  };
  const page = { ...filter, order, after, limit: limit + 1 };
  const toResponse = ({ rows }: ListedUsers, total: Total, kept: { readonly total?: Total }) => {
    const { items, nextCursor } = cutPage(rows, limit, (row) => ({
      order,
      ...toCursorPosition(row),
      ...kept,
    }));
    return { items: items.map(toUserView), nextCursor, total };
  };
  if (!isFiltered(filter)) {
    const found = await listAllUsers(deps.db, page);
    return toResponse(found, cappedTotal(found.userCount), {});
  }
  return deps.db.tenant(
    organizationId,
    async (tx) => {
      const found = await listFilteredUsers(tx, page);
      const total =
        after?.total ?? (await getTotal(tx, filter, { ...found, isFirst: after === null, limit }));
      return toResponse(found, total, { total });
    },
    { readOnly: true },
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
