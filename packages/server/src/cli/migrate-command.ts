/** Updates the schema of the database. */

import type { Command } from "@gatehouse/cli";
import { type Config, readConfig } from "../config.ts";
import { repairPrivileges } from "../db/check-privileges.ts";
import { distribute } from "../db/distributed/distribute.ts";
import { migrate } from "../db/migrate.ts";
import { MigrationRefused } from "../db/migrations.ts";
import { openStorage, prepareStorage } from "./open-installation.ts";
import { rotateSecretKey } from "./rotate-secret-key.ts";
import { acceptSecretKey } from "./secret-key.ts";

/** `gatehouse migrate` */
export const migrateCommand: Command = {
  name: "migrate",
  summary: "Update the schema of the database; serve and worker also do this when they start",
  options: {
    repair: {
      type: "boolean",
      help: "Restore missing roles, owners, policies and grants, for instance after a restore",
    },
    distributed: {
      type: "boolean",
      help: "Distribute the tables over the workers of a Citus cluster; DATABASE_URL is a superuser's on the coordinator",
    },
    "accept-secret-key": {
      type: "boolean",
      help: "Use the current secret key from now on; links in open invitations stop working",
    },
  },
  run: async (values, { out, err }) => {
    const config = readConfig();
    if (values["distributed"] === true) {
      const done = await distributeDatabase(config);
      if (values["json"] === true) out(JSON.stringify({ distributed: done }));
      else for (const line of done.length === 0 ? ["The tables are distributed."] : done) out(line);
      return 0;
    }
    const storage = await openStorage(config, "migrate");
    try {
      const before = values["repair"] === true ? await migrate(storage.engine) : [];
      const repaired = values["repair"] === true ? await storage.engine.withoutTimeout(repairPrivileges) : [];
      const changes: string[] = [];
      const report = { onWait: err, onChange: (change: string) => changes.push(change) };
      const applied = [...before, ...(await prepareStorage(storage, report))];
      if (values["accept-secret-key"] === true) await acceptSecretKey(storage.engine, config);
      if (config.secretKey !== null && config.previousSecretKey !== null)
        await rotateSecretKey(storage.engine, config.secretKey, config.previousSecretKey);
      if (values["json"] === true) out(JSON.stringify({ applied, changes, repaired }));
      else {
        for (const name of applied) out(`Applied ${name}`);
        for (const change of changes) out(change);
        for (const statement of repaired) out(`Repaired: ${statement}`);
        if (applied.length + repaired.length === 0) out("The schema is up to date.");
      }
    } finally {
      await storage.close();
    }
    return 0;
  },
};

async function distributeDatabase(config: Config): Promise<readonly string[]> {
  if (config.databaseUrl === null)
    throw new MigrationRefused(
      "The embedded database can't be distributed. Set DATABASE_URL to the coordinator of a Citus cluster.",
    );
  const storage = await openStorage(config, "migrate");
  try {
    return await storage.engine.withoutTimeout(distribute);
  } finally {
    await storage.close();
  }
}
