import type { RoleView, Total } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import { searchWords } from "../../database/search-words.ts";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { cappedTotal, cursorText, cutPage, decodeCursor, defaultLimit } from "../../http/paging.ts";
import { countRoles, listCountedRoles } from "./queries.ts";
import { viewRole } from "./role-view.ts";

const position = z.strictObject({ isOwner: z.boolean(), nameKey: cursorText, id: z.uuid() });

/** Roles in name order, the built-in one first; with `query` those whose name has all of its words. */
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
      return { items: items.map((role) => viewRole(catalogue, role)), nextCursor, total };
    },
    { readOnly: true },
  );
}
