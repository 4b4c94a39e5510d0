/** Restores a backup. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { verifyAllChains } from "../../audit/verify.ts";
import { type Config, readConfig } from "../../config.ts";
import { describePrivilegeFaults } from "../../db/check-privileges.ts";
import { secretKeyFile } from "../../db/data-folder.ts";
import { computeFingerprint } from "../../ports/secrets.ts";
import { type Command, CommandError, showProgress } from "../command.ts";
import { type OpenStorage, openStorage } from "../open-installation.ts";
import { readSecretKey } from "../secret-key.ts";
import { loadBackup } from "./load-backup.ts";
import { checkBackup } from "./read-backup.ts";

/** `gatehouse restore` */
export const restore: Command = {
  name: "restore",
  summary: "Restore the backup FILE into an empty database; all users have to sign in again",
  operand: { value: "FILE", help: "A file that gatehouse backup has written" },
  options: {
    "accept-secret-key": {
      type: "boolean",
      help: "Restore although the secret key differs; links in open invitations stop working",
    },
  },
  run: async (values, { out }) => {
    const config = readConfig();
    const file = resolve(String(values["FILE"]));
    if (!existsSync(file))
      throw new CommandError(`There is no file ${file}. Name one that gatehouse backup has written.`);
    const checked = await checkBackup(file);
    const clearsSecretKey = values["accept-secret-key"] === true;
    if (!clearsSecretKey) assertSameKey(config, checked.header.secretKeyFingerprint);
    const storage = await openStorage(config, "restore", { isRestoring: true });
    try {
      const rows = await loadBackup(storage.engine, checked, {
        clearsSecretKey,
        onProgress: showProgress("Restoring"),
      });
      const organizations = await verify(storage);
      if (values["json"] === true) out(JSON.stringify({ file, rows, organizations }));
      else
        out(
          `Restored ${file}, made at ${checked.header.madeAt}: ${organizations} organizations, their audit logs are intact.`,
        );
      return 0;
    } finally {
      await storage.close();
    }
  },
};

/** The links of open invitations are derived from the key: with another key they don't work. */
function assertSameKey(config: Config, storedFingerprint: string | null): void {
  if (storedFingerprint === null) return;
  const file = secretKeyFile(config.dataDir);
  const key = config.secretKey ?? readSecretKey(file);
  if (key !== null && computeFingerprint(key) === storedFingerprint) return;
  const advice =
    config.databaseUrl === null && config.secretKey === null
      ? `Put the secret-key file of that installation at ${file}`
      : "Set SECRET_KEY to that installation's";
  throw new CommandError(
    `The backup was made with another secret key. ${advice}, or add --accept-secret-key (links in open invitations stop working).`,
  );
}

/** Checks the privileges and audit chains of the restored database. Returns the number of organizations. */
async function verify({ engine, db }: OpenStorage): Promise<number> {
  const fault = await engine.withoutTimeout(describePrivilegeFaults);
  if (fault !== null) throw new CommandError(fault);
  let organizations = 0;
  const broken: string[] = [];
  for await (const { organizationId, brokenAt } of verifyAllChains(engine, db)) {
    organizations += 1;
    if (brokenAt !== null) broken.push(organizationId);
  }
  if (broken.length === 0) return organizations;
  throw new CommandError(
    `Everything was restored, but the audit log was broken when the backup was made (${broken.join(", ")}). Run: gatehouse audit verify`,
  );
}
