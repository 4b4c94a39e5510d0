import { type CompiledRole, compileRoles, explain, permissionsThatGive, subjectAt } from "@gatehouse/access";
import type { Holder, Total } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { unknownPermissions } from "../../http/common-refusals.ts";
import { cursorText, cursorTotal, cutPage, decodeCursor, defaultLimit } from "../../http/paging.ts";
import { findRolesGiving } from "../roles/index.ts";
import { type ListedUser, listPage, type UserFilter } from "./list-queries.ts";
import { totalOf } from "./list-totals.ts";
import { positionOf } from "./list-users.ts";

const position = z.strictObject({ id: z.uuid(), sortKey: cursorText, total: cursorTotal });

/**
 * Who holds a permission, in name order, and through which roles. Suspended users are among them: they hold it again
 * as soon as they are restored.
 * @throws Refusal permissions/unknown, request/cursor
 */
export async function listHolders(
  deps: Pick<Deps, "db" | "clock">,
  actor: Actor,
  input: {
    readonly permission: string;
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
      const roles = await findRolesGiving(
        tx,
        organizationId,
        permissionsThatGive(catalogue, input.permission),
      );
      const filter: UserFilter = {
        organizationId,
        words: [],
        roleIds: roles.map(({ id }) => id),
        status: null,
        now,
      };
      const found = await listPage(tx, { ...filter, order: "name", after, limit: limit + 1 });
      const total = after?.total ?? (await totalOf(tx, filter, { ...found, isFirst: after === null, limit }));
      const { items, nextCursor } = cutPage(found.rows, limit, (row) => ({ ...positionOf(row), total }));
      const compiled = compileRoles(catalogue, roles);
      const viewed = items.map((user) => viewHolder(actor, user, compiled, input.permission));
      return { items: viewed, nextCursor, total };
    },
    { readOnly: true },
  );
}

function viewHolder(
  { catalogue }: Actor,
  user: ListedUser,
  roles: ReadonlyMap<string, CompiledRole>,
  permission: string,
): Holder {
  // Only what the path through a role is made of; who gave it when is no part of this list.
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
      roleName,
      ...(impliedBy === undefined ? {} : { impliedBy }),
    })),
  };
}
