import type { Catalogue } from "@gatehouse/access";
import type { RoleView, Total } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import type { Actor } from "../../auth/actor.ts";
import type { RowVersion } from "../../db/row-version.ts";
import { searchWords } from "../../db/search-words.ts";
import type { Deps } from "../../deps.ts";
import { notFound } from "../../errors/api-error.ts";
import { cappedTotal, cursorText, cutPage, decodeCursor, defaultLimit } from "../../http/pagination.ts";
import { type CountedRole, countRoles, findCountedRole, listCountedRoles } from "./queries.ts";

const position = z.strictObject({ isOwner: z.boolean(), nameKey: cursorText, id: z.uuid() });

/** Lists roles in name order, the built-in role first. `query` filters by words in the name. */
export async function listRoles(
  deps: Pick<Deps, "db" | "clock">,
  actor: Actor,
  input: {
    readonly query?: string | undefined;
    readonly cursor?: string | undefined;
    readonly limit?: number | undefined;
  },
): Promise<{ readonly items: RoleView[]; readonly nextCursor: string | null; readonly total: Total }> {
  const { organizationId, catalogue } = actor;
  const limit = input.limit ?? defaultLimit;
  const words = searchWords(input.query);
  const after = decodeCursor(position, input.cursor);
  const now = deps.clock.now();
  return deps.db.tenant(
    organizationId,
    async (tx) => {
      const rows = await listCountedRoles(tx, { organizationId, words, after, limit: limit + 1, now });
      const { items, nextCursor } = cutPage(rows, limit, ({ isOwner, nameKey, id }) => ({
        isOwner,
        nameKey,
        id,
      }));
      const total = cappedTotal(await countRoles(tx, organizationId, words));
      return { items: items.map((role) => toRoleView(catalogue, role)), nextCursor, total };
    },
    { readOnly: true },
  );
}

/**
 * A role and its version.
 * @throws ApiError not-found
 */
export async function getRole(
  deps: Pick<Deps, "db" | "clock">,
  actor: Actor,
  roleId: string,
): Promise<{ readonly role: RoleView; readonly version: RowVersion }> {
  const { organizationId } = actor;
  const role = await deps.db.tenant(
    organizationId,
    (tx) => findCountedRole(tx, { organizationId, roleId, now: deps.clock.now() }),
    { readOnly: true },
  );
  if (role === null) throw notFound();
  return { role: toRoleView(actor.catalogue, role), version: role.version };
}

/**
 * The role with its own permissions, in catalogue order. Names that are no longer in the catalogue are left out, so that
 * the result can be sent back in an edit. The owner role has the whole catalogue.
 */
export function toRoleView(catalogue: Catalogue, role: CountedRole): RoleView {
  const chosen = new Set(role.permissions);
  return {
    id: role.id,
    name: role.name,
    description: role.description,
    system: role.isOwner,
    permissions: catalogue.permissions.filter((permission) => role.isOwner || chosen.has(permission)),
    userCount: role.userCount,
    invitationCount: role.invitationCount,
    updatedAt: role.updatedAt.toISOString(),
  };
}
