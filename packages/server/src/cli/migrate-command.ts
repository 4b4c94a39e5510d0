/** Brings the database's schema up to date. */
import { readConfig } from "../config.ts";
import { repairPrivileges } from "../database/check-privileges.ts";
import { migrate } from "../database/migrate.ts";
import { acceptSecretKey } from "./agree-on-secret-key.ts";
import type { Command } from "./command.ts";
import { openStorage, prepareStorage } from "./open-installation.ts";

/** `gatehouse migrate` */
export const migrateCommand: Command = {
  name: "migrate",
  summary: "Bring the database's schema up to date; serve and worker do so, too, when they start",
  options: {
    repair: {
      type: "boolean",
      help: "Put back roles, owners, policies and grants that a restore left out",
    },
    "accept-secret-key": {
      type: "boolean",
      help: "Make the secret key given now the installation's; links in open invitations stop working",
    },
  },
  run: async (values, { out, err }) => {
    const config = readConfig();
    const storage = await openStorage(config, "migrate");
    try {
      const before = values["repair"] === true ? await migrate(storage.engine) : [];
      const repaired = values["repair"] === true ? await storage.engine.patiently(repairPrivileges) : [];
      const changes: string[] = [];
      const report = { onWait: err, onChange: (sentence: string) => changes.push(sentence) };
      const applied = [...before, ...(await prepareStorage(storage, report))];
      if (values["accept-secret-key"] === true) await acceptSecretKey(storage.engine, config);
      if (values["json"] === true) out(JSON.stringify({ applied, changes, repaired }));
      else {
        for (const name of applied) out(`Applied ${name}`);
        for (const sentence of changes) out(sentence);
        for (const statement of repaired) out(`Repaired: ${statement}`);
        if (applied.length + repaired.length === 0) out("The schema is up to date.");
      }
    } finally {
      await storage.close();
    }
    return 0;
  },
};
