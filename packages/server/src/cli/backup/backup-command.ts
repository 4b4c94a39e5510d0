/** Writes a backup. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { readConfig } from "../../config.ts";
import { describePrivilegeFaults } from "../../db/check-privileges.ts";
import { listPending } from "../../db/migrate.ts";
import { systemClock } from "../../ports/clock.ts";
import { type Command, CommandError, showProgress } from "../command.ts";
import { openStorage } from "../open-installation.ts";
import { writeBackup } from "./write-backup.ts";

/** `gatehouse backup` */
export const backup: Command = {
  name: "backup",
  summary: "Write the whole database into FILE, from one snapshot, while servers run",
  operand: { value: "FILE", help: "A new file, e.g. gatehouse-2026-05-01.backup" },
  options: {},
  run: async (values, { out }) => {
    const file = resolve(String(values["FILE"]));
    if (existsSync(file)) throw new CommandError(`${file} exists already. Name a new file.`);
    const storage = await openStorage(readConfig(), "backup", { mustExist: true });
    try {
      const pending = await storage.engine.withoutTimeout(listPending);
      if (pending.length > 0)
        throw new CommandError("The database is not up to date, or empty. Run: gatehouse migrate");
      const fault = await storage.engine.withoutTimeout(describePrivilegeFaults);
      if (fault !== null) throw new CommandError(fault);
      const onProgress = showProgress("Backing up");
      const { rows, sha256 } = await writeBackup(storage.engine, file, {
        now: systemClock.now(),
        onProgress,
      });
      if (values["json"] === true) {
        out(JSON.stringify({ file, rows, sha256 }));
        return 0;
      }
      out(
        `${file} holds ${formatTotal(rows)} rows. Anyone who reads it sees names, addresses and password hashes: keep it safe.`,
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

function formatTotal(rows: Readonly<Record<string, number>>): string {
  return Object.values(rows)
    .reduce((sum, count) => sum + count, 0)
    .toLocaleString("en");
}
