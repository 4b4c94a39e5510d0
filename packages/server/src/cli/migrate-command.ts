/** Brings the database's schema up to date. */
import { readConfig } from "../config.ts";
import type { Command } from "./command.ts";
import { openStorage, prepareStorage } from "./open-installation.ts";

/** `gatehouse migrate` */
export const migrateCommand: Command = {
  name: "migrate",
  summary: "Bring the database's schema up to date; serve and worker do so, too, when they start",
  options: {},
  run: async (values, { out }) => {
    const storage = await openStorage(readConfig(), "migrate");
    try {
      const applied = await prepareStorage(storage);
      if (values["json"] === true) out(JSON.stringify({ applied }));
      else if (applied.length === 0) out("The schema is up to date.");
      else for (const name of applied) out(`Applied ${name}`);
    } finally {
      await storage.close();
    }
    return 0;
  },
};
