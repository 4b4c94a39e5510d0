/** Moves an embedded installation to a PostgreSQL server. */

import { type Command, CommandError, showProgress } from "@gatehouse/cli";
import { type Config, readConfig } from "../../config.ts";
import { secretKeyFile } from "../../db/data-folder.ts";
import type { Engine } from "../../db/engine.ts";
import { DataDirLocked } from "../../db/lock.ts";
import { readApplied } from "../../db/migrate.ts";
import { openPostgres } from "../../db/open.ts";
import { systemClock } from "../../ports/clock.ts";
import { readDatabaseUrl } from "../../url-settings.ts";
import { maskUrl } from "../hide-secrets.ts";
import { type OpenStorage, openStorage } from "../open-installation.ts";
import { compareSecretKey, describeKeyMismatch, isMismatch } from "../secret-key.ts";
import { formatTotal } from "./backup-command.ts";
import { type LoadOptions, type LoadResult, loadInto } from "./load-backup.ts";
import { withSnapshot } from "./read-snapshot.ts";

/** `gatehouse move` */
export const move: Command = {
  name: "move",
  summary: "Copy the embedded database in DATA_DIR, sessions included, into an empty PostgreSQL database",
  options: {
    to: {
      type: "string",
      value: "DATABASE_URL",
      help: "The empty database, like postgres://user:password@host/name",
    },
    "accept-broken-audit-log": { type: "boolean", help: "Move although the audit log is broken" },
  },
  run: async (values, { out }) => {
    const config = readConfig();
    const url = readTarget(values["to"]);
    if (config.databaseUrl !== null) {
      throw new CommandError(
        "DATABASE_URL is set, so this installation is on a PostgreSQL server already. Unset it to move the embedded database in DATA_DIR.",
        { code: "move/not-embedded" },
      );
    }
    const source = await openSource(config);
    try {
      await assertMovable(source.engine, config);
      const target = openPostgres(url);
      try {
        const options = { restoredAt: null, acceptsBrokenChains: values["accept-broken-audit-log"] === true };
        report(await copy(source.engine, target, options), config, {
          url,
          asJson: values["json"] === true,
          out,
        });
      } finally {
        await target.close();
      }
    } finally {
      await source.close();
    }
    return 0;
  },
};

/** @throws CommandError while a server or another command has the data folder open */
async function openSource(config: Config): Promise<OpenStorage> {
  try {
    return await openStorage(config, "move", { mustExist: true });
  } catch (error) {
    if (!(error instanceof DataDirLocked)) throw error;
    throw new CommandError(error.message, { code: "move/in-use", cause: error });
  }
}

function readTarget(value: string | boolean | undefined): string {
  if (typeof value === "string" && value !== "") return readDatabaseUrl("--to", value);
  throw new CommandError("Add --to DATABASE_URL. See: gatehouse move --help", { code: "move/no-target" });
}

/** Links and second factors depend on the key, so the installation must have the right one before it moves. */
async function assertMovable(engine: Engine, config: Config): Promise<void> {
  if ((await engine.withoutTimeout(readApplied)).length === 0) {
    throw new CommandError(`The database in ${config.dataDir} is empty: there is nothing to move.`, {
      code: "move/empty",
    });
  }
  const comparison = await compareSecretKey(engine, config);
  if (isMismatch(comparison))
    throw new CommandError(describeKeyMismatch(comparison, config), { code: "move/other-secret-key" });
}

/** Reads one snapshot of the source and loads it in one transaction. */
function copy(source: Engine, target: Engine, options: LoadOptions): Promise<LoadResult> {
  const reading = { now: systemClock.now(), excludedTables: [], onProgress: showProgress("Moving") };
  return source.withoutTimeout((client) =>
    withSnapshot(client, reading, ({ header, pages, summary }) =>
      loadInto(target, { header, pages: () => pages, manifest: () => summary }, options),
    ),
  );
}

interface Report {
  readonly url: string;
  readonly asJson: boolean;
  readonly out: (line: string) => void;
}

function report({ rows, organizations }: LoadResult, config: Config, { url, asJson, out }: Report): void {
  const key: Readonly<Record<string, string>> =
    config.secretKey === null ? { SECRET_KEY_FILE: secretKeyFile(config.dataDir) } : {};
  const settings = { DATABASE_URL: maskUrl(url), ...key };
  if (asJson) {
    out(JSON.stringify({ rows, organizations, settings }));
    return;
  }
  out(
    `Moved ${organizations} organizations, ${formatTotal(rows)} rows. Row counts and audit logs are the same. ${config.dataDir} is unchanged.`,
  );
  out("From now on start every process with:");
  for (const [name, value] of Object.entries(settings)) out(`  ${name}=${value}`);
  out(
    config.secretKey === null
      ? "SECRET_KEY_FILE can be moved to another place; its content must stay the same."
      : "Keep SECRET_KEY as it is.",
  );
  out("Don't start a server on the old data folder: changes there would not reach the new database.");
}
