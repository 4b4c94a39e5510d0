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
      const changes: string[] = [];
      const applied = await prepareStorage(storage, (sentence) => changes.push(sentence));
      if (values["json"] === true) out(JSON.stringify({ applied, changes }));
      else if (applied.length === 0) out("The schema is up to date.");
      else for (const line of [...applied.map((name) => `Applied ${name}`), ...changes]) out(line);
    } finally {
      await storage.close();
    }
    return 0;
  },
};
