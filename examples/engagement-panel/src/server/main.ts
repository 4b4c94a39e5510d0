/** Starts the panel's server, and stops it on a signal. */
import { createGatehouse } from "@gatehouse/sdk";
import { permissions } from "../permissions.ts";
import { createApp } from "./create-app.ts";
import { openDatabase } from "./open-database.ts";
import { readSettings } from "./settings.ts";

async function main(): Promise<void> {
  const { gatehouseUrl, organizationId, apiKey, port, database: file } = readSettings();
  const gatehouse = createGatehouse({ url: gatehouseUrl, apiKey, organizationId, permissions });
  await gatehouse.ready();
  const missing = gatehouse.missingOnServer();
  if (missing.length > 0)
    console.error(`Gatehouse doesn't know ${missing.join(", ")} yet: push src/permissions.ts to it.`);
  const database = openDatabase(file);
  const app = await createApp({ gatehouse, database, gatehouseUrl });
  app.addHook("onClose", async () => {
    gatehouse.close();
    database.close();
  });
  // The terminal and the parent process may both send the same Ctrl-C.
  let isStopping = false;
  const stop = (): void => {
    if (!isStopping) void app.close().then(() => process.exit(0));
    isStopping = true;
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
