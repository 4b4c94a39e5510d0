import { type CompiledRole, compileRoles, explain, permissionsThatGive, subjectAt } from "@gatehouse/access";
import type { Holder, Total } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import type { Actor } from "../../auth/actor.ts";
import { searchWords } from "../../db/search-words.ts";
import type { Deps } from "../../deps.ts";
import { unknownPermissions } from "../../errors/api-error.ts";
import { cursorText, cursorTotal, cutPage, decodeCursor, defaultLimit } from "../../http/pagination.ts";
import { findRolesGranting } from "../roles/index.ts";
import { listFilteredUsers } from "./list-queries.ts";
import { getTotal, toCursorPosition } from "./list-users.ts";
import type { UserFilter } from "./user-conditions.ts";
import type { ListedUser } from "./user-pages.ts";

const position = z.strictObject({ id: z.uuid(), sortKey: cursorText, total: cursorTotal });

/**
 * Users with a permission, filtered by words like the list of users, in name order, and the roles that grant it. Includes suspended users: they have the
 * permission again as soon as they are restored.
 * @throws ApiError permissions/unknown, request/cursor
 */
export async function listUsersWithPermission(
  deps: Pick<Deps, "db" | "clock">,
  actor: Actor,
  input: {
    readonly permission: string;
    readonly query?: string | undefined;
    readonly cursor?: string | undefined;
    readonly limit?: number | undefined;
  },
): Promise<{ readonly items: Holder[]; readonly nextCursor: string | null; readonly total: Total }> {
  const { organizationId, catalogue } = actor;
  const unknown = unknownPermissions(catalogue, [input.permission], () => "permission");
  if (unknown !== null) throw unknown;
  const limit = input.limit ?? defaultLimit;
  const after = decodeCursor(position, input.cursor);
  const now = deps.clock.now();
  return deps.db.tenant(
    organizationId,
    async (tx) => {
      const roles = await findRolesGranting(
        tx,
        organizationId,
        permissionsThatGive(catalogue, input.permission),
      );
      const filter: UserFilter = {
        organizationId,
        words: searchWords(input.query),
        roleIds: roles.map(({ id }) => id),
        status: null,
        now,
      };
      const found = await listFilteredUsers(tx, {
        ...filter,
        order: "name",
        after,
        limit: limit + 1,
        language: actor.language,
      });
      const total =
        after?.total ?? (await getTotal(tx, filter, { ...found, isFirst: after === null, limit }));
      const { items, nextCursor } = cutPage(found.rows, limit, (row) => ({
        ...toCursorPosition(row),
        total,
      }));
      const compiled = compileRoles(catalogue, roles);
      const views = items.map((user) => toHolder(actor, user, compiled, input.permission));
      return { items: views, nextCursor, total };
    },
    { readOnly: true, mayUseReplica: true },
  );
}

function toHolder(
  { catalogue }: Actor,
  user: ListedUser,
  roles: ReadonlyMap<string, CompiledRole>,
  permission: string,
): Holder {
  // This list doesn't show who granted the role or when, so these two fields are placeholders.
  const grants = user.roles.map(({ id }) => ({ roleId: id, grantedBy: "", grantedAt: user.createdAt }));
  const { because } = explain(subjectAt({ catalogue, roles, grants, now: user.createdAt }), permission);
  return {
    user: {
      id: user.id,
      accountId: user.accountId,
      name: user.name,
      email: user.email,
      status: user.status,
    },
    because: because.map(({ roleId, roleName, impliedBy }) => ({
      roleId,
      roleName: user.roles.find(({ id }) => id === roleId)?.name ?? roleName,
      ...(impliedBy === undefined ? {} : { impliedBy }),
    })),
  };
}
