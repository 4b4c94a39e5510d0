/** Our own contestant: a copy that a real server keeps current. */
import { setTimeout as wait } from "node:timers/promises";
import { exampleCatalogue } from "@gatehouse/access/example";
import { createGatehouse } from "@gatehouse/sdk";
import type { Engine } from "../harness/engine.ts";
import type { Questions } from "../harness/world.ts";

/** Opens a copy; resolves when it is complete. */
export async function openGatehouse(
  server: { readonly url: string; readonly apiKey: string; readonly organizationId: string },
  { users, permissions }: Questions,
): Promise<Engine & { readonly close: () => void }> {
  const gatehouse = createGatehouse({ ...server, permissions: exampleCatalogue });
  await gatehouse.ready();
  const asked = permissions as readonly Parameters<typeof gatehouse.can>[1][];
  return {
    name: "gatehouse.can",
    perRound: 1_000_000,
    // While a slow engine kept the process busy no news could come in, and a copy that is too old says no.
    prepare: async () => {
      while (!gatehouse.status().isFresh) await wait(5);
    },
    count: (from, to) => {
      let yes = 0;
      for (let at = from; at < to; at += 1)
        if (gatehouse.can(users[at] ?? "", asked[at] ?? "campaigns:view")) yes += 1;
      return yes;
    },
    close: gatehouse.close,
  };
}
