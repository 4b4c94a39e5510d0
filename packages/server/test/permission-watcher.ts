/** A panel process with its own replica: the parent sends user ids; it reports when a user loses the permission. */
import { exampleCatalogue } from "@gatehouse/access/example";
import { createGatehouse } from "@gatehouse/sdk";
import { monotonicMs } from "./monotonic-clock.ts";

const [url = "", apiKey = "", organizationId = ""] = process.argv.slice(2);
const gatehouse = createGatehouse({ url, apiKey, organizationId, permissions: exampleCatalogue });
await gatehouse.ready();

const watched = new Map<string, number>();

/** Checks every watched user each millisecond. */
function checkAll(): void {
  const now = monotonicMs();
  for (const [userId, lastYes] of watched) {
    if (gatehouse.can(userId, "campaigns:approve")) watched.set(userId, now);
    else {
      watched.delete(userId);
      process.send?.({ userId, lastYes });
    }
  }
  setTimeout(checkAll, 1);
}

process.on("message", (userId: string) => {
  const now = monotonicMs();
  watched.set(userId, gatehouse.can(userId, "campaigns:approve") ? now : 0);
  process.send?.({ userId, watching: true });
});
process.on("disconnect", () => process.exit());
checkAll();
process.send?.("ready");
