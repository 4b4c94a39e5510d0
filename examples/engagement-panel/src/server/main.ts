/** Starts the panel's server, and stops it when it is told to. */
import { createGatehouse } from "@gatehouse/sdk";
import { permissions } from "../permissions.ts";
import { createApp } from "./create-app.ts";
import { openDatabase } from "./open-database.ts";
import { readSettings } from "./settings.ts";

async function main(): Promise<void> {
  const { gatehouseUrl, organizationId, apiKey, port, database: file } = readSettings();
  const gatehouse = createGatehouse({ url: gatehouseUrl, apiKey, organizationId, permissions });
  await gatehouse.ready();
  const unknown = gatehouse.unknownThere();
  if (unknown.length > 0)
    console.error(`Gatehouse doesn't know ${unknown.join(", ")} yet: push src/permissions.ts to it.`);
  const database = openDatabase(file);
  const app = await createApp({ gatehouse, database, gatehouseUrl });
  app.addHook("onClose", async () => {
    gatehouse.close();
    database.close();
  });
  // A terminal and the starter may both pass on the same Ctrl-C.
  let isEnding = false;
  const stop = (): void => {
    if (!isEnding) void app.close().then(() => process.exit(0));
    isEnding = true;
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, stop);
  await app.listen({ host: "127.0.0.1", port });
}

try {
  await main();
} catch (error) {
  console.error(`The example could not start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
