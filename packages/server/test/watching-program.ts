/** A panel's process with a copy of its own: is told whom to watch, and says when that person may no longer. */
import { exampleCatalogue } from "@gatehouse/access/example";
import { createGatehouse } from "@gatehouse/sdk";

const [url = "", apiKey = "", organizationId = ""] = process.argv.slice(2);
const gatehouse = createGatehouse({ url, apiKey, organizationId, permissions: exampleCatalogue });
await gatehouse.ready();

const watched = new Map<string, number>();

/** Asks about everybody who is watched, all the time: there may be no yes between two looks that nobody saw. */
function look(): void {
  const now = performance.timeOrigin + performance.now();
  for (const [userId, lastYes] of watched) {
    if (gatehouse.can(userId, "campaigns:approve")) watched.set(userId, now);
    else {
      watched.delete(userId);
      process.send?.({ userId, lastYes });
    }
  }
  setTimeout(look, 1);
}

process.on("message", (userId: string) => {
  const now = performance.timeOrigin + performance.now();
  watched.set(userId, gatehouse.can(userId, "campaigns:approve") ? now : 0);
  process.send?.({ userId, watching: true });
});
process.on("disconnect", () => process.exit());
look();
process.send?.("ready");
