/** Gatehouse: a replica that a real server keeps up to date. */
import { setTimeout as sleep } from "node:timers/promises";
import { exampleCatalogue } from "@gatehouse/access/example";
import { createGatehouse } from "@gatehouse/sdk";
import type { Engine } from "../harness/engine.ts";
import type { Checks } from "../harness/fixtures.ts";

/** Opens a replica; resolves when it is complete. */
export async function openGatehouse(
  server: { readonly url: string; readonly apiKey: string; readonly organizationId: string },
  { users, permissions }: Checks,
): Promise<Engine & { readonly close: () => void }> {
  const gatehouse = createGatehouse({ ...server, permissions: exampleCatalogue });
  await gatehouse.ready();
  const checked = permissions as readonly Parameters<typeof gatehouse.can>[1][];
  return {
    name: "gatehouse.can",
    checksPerRound: 1_000_000,
    // A slow engine blocks the event loop, so the replica gets no updates, and a stale replica denies.
    prepare: async () => {
      while (!gatehouse.status().isFresh) await sleep(5);
    },
    count: (from, to) => {
      let granted = 0;
      for (let at = from; at < to; at += 1)
        if (gatehouse.can(users[at] ?? "", checked[at] ?? "campaigns:view")) granted += 1;
      return granted;
    },
    close: gatehouse.close,
  };
}
