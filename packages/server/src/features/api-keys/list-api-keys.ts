import type { ApiKeyStatus, ApiKeyView, Total } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { cappedTotal, cutPage, decodeCursor, defaultLimit, mostCounted } from "../../http/paging.ts";
import { countKeys, listStoredKeys } from "./queries.ts";
import { viewApiKey } from "./view-api-key.ts";

const position = z.strictObject({ id: z.uuid() });

/** A page of keys, the newest first. */
export async function listApiKeys(
  deps: Pick<Deps, "db" | "clock">,
  { organizationId }: Actor,
  input: {
    readonly status?: ApiKeyStatus | undefined;
    readonly cursor?: string | undefined;
    readonly limit?: number | undefined;
  },
): Promise<{ readonly items: ApiKeyView[]; readonly nextCursor: string | null; readonly total: Total }> {
  const now = deps.clock.now();
  const status = input.status ?? null;
  const limit = input.limit ?? defaultLimit;
  const before = decodeCursor(position, input.cursor)?.id ?? null;
  return deps.db.tenant(
    organizationId,
    async (tx) => {
      const rows = await listStoredKeys(tx, organizationId, { status, before, limit: limit + 1, now });
      const { items, nextCursor } = cutPage(rows, limit, ({ id }) => ({ id }));
      const count = await countKeys(tx, organizationId, { status, now, most: mostCounted + 1 });
      return { items: items.map((key) => viewApiKey(key, now)), nextCursor, total: cappedTotal(count) };
    },
    { readOnly: true },
  );
}
