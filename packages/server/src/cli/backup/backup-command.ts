/** Writes a backup. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Command, CommandError, showProgress } from "@gatehouse/cli";
import { type Config, readConfig } from "../../config.ts";
import { describePrivilegeFaults } from "../../db/check-privileges.ts";
import { secretKeyFile } from "../../db/data-folder.ts";
import { checkDistribution } from "../../db/distributed/check-distribution.ts";
import type { Engine } from "../../db/engine.ts";
import { listPending } from "../../db/migrate.ts";
import { readMigrations } from "../../db/migrations.ts";
import { systemClock } from "../../ports/clock.ts";
import { createSecrets } from "../../ports/secrets.ts";
import { openStorage } from "../open-installation.ts";
import { compareSecretKey, describeKeyMismatch, isMismatch, readSecretKey } from "../secret-key.ts";
import { signaturePurpose } from "./backup-format.ts";
import { writeBackup } from "./write-backup.ts";

/** `gatehouse backup` */
export const backup: Command = {
  name: "backup",
  summary: "Write the whole database into FILE, from one snapshot, while servers run",
  operand: { value: "FILE", help: "A new file, e.g. gatehouse-2026-05-01.backup" },
  options: {},
  run: async (values, { out }) => {
    const file = resolve(String(values["FILE"]));
    if (existsSync(file))
      throw new CommandError(`${file} exists already. Name a new file.`, { code: "backup/file-exists" });
    const config = readConfig();
    const storage = await openStorage(config, "backup", { mustExist: true, mayCopy: true });
    try {
      await checkSource(storage.engine);
      const onProgress = showProgress("Backing up");
      const manifest = await writeBackup(storage.engine, file, {
        now: systemClock.now(),
        sign: await createSigner(storage.engine, config),
        onProgress,
      });
      if (values["json"] === true) {
        const { rows, heads, sha256 } = manifest;
        out(JSON.stringify({ file, rows, heads, sha256 }));
        return 0;
      }
      out(
        `${file} holds ${formatTotal(manifest.rows)} rows. Anyone who reads it sees names, addresses and password hashes: keep it safe.`,
      );
      out(
        "The secret key is not in it. Keep SECRET_KEY (or the file secret-key in DATA_DIR) beside it, not in the same place.",
      );
      return 0;
    } finally {
      await storage.close();
    }
  },
};

/** A database of an earlier version is backed up as it is, before an upgrade; this version can't tell what its privileges should be. */
async function checkSource(engine: Engine): Promise<void> {
  const pending = await engine.withoutTimeout(listPending);
  if (pending.length === readMigrations().length)
    throw new CommandError(
      "The database is empty. Set DATABASE_URL or DATA_DIR to the one that holds the data.",
      { code: "backup/empty" },
    );
  if ((await engine.withoutTimeout(checkDistribution)) !== null)
    throw new CommandError(
      "The tables are on several servers, which have no common snapshot. Back up each server with the tools of PostgreSQL, up to a point that this sets on all of them: SELECT citus_create_restore_point('NAME');",
      { code: "backup/distributed" },
    );
  const fault = pending.length > 0 ? null : await engine.withoutTimeout(describePrivilegeFaults);
  if (fault !== null) throw new CommandError(fault);
}

/** Signs with the installation's key; null when it has none yet. */
async function createSigner(engine: Engine, config: Config): Promise<((text: string) => string) | null> {
  const comparison = await compareSecretKey(engine, config);
  if (isMismatch(comparison))
    throw new CommandError(describeKeyMismatch(comparison, config), { code: "backup/other-secret-key" });
  const key = config.secretKey ?? readSecretKey(secretKeyFile(config.dataDir));
  if (key === null) return null;
  const { sign } = createSecrets(key);
  return (text) => sign(signaturePurpose, text);
}

/** The number of rows in all tables. */
export function formatTotal(rows: Readonly<Record<string, number>>): string {
  return Object.values(rows)
    .reduce((sum, count) => sum + count, 0)
    .toLocaleString("en");
}
