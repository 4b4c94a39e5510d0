/** Puts an installation together from its configuration, and takes it apart again. */
import { join } from "node:path";
import type { Logger } from "pino";
import type { Config } from "../config.ts";
import { describePrivilegeFaults } from "../database/check-privileges.ts";
import { markDataFolder } from "../database/data-folder.ts";
import type { Database } from "../database/database.ts";
import type { Engine } from "../database/engine.ts";
import { lockDataDir } from "../database/lock.ts";
import { type MigrationReport, migrate } from "../database/migrate.ts";
import { MigrationRefused, readMigrations } from "../database/migrations.ts";
import { createDatabase, openEngine } from "../database/open.ts";
import type { Deps } from "../deps.ts";
import { createPasswords } from "../features/accounts/index.ts";
import { createLastUse } from "../http/last-use.ts";
import { installOutbox } from "../outbox/install.ts";
import { openOutbox } from "../outbox/open-outbox.ts";
import { systemClock } from "../ports/clock.ts";
import { createFileMailer } from "../ports/file-mailer.ts";
import { systemIds } from "../ports/ids.ts";
import type { Mailer } from "../ports/mailer.ts";
import { createSecrets } from "../ports/secrets.ts";
import { createSmtpMailer } from "../ports/smtp-mailer.ts";
import { heloName } from "../ports/smtp-url.ts";
import { agreeOnSecretKey } from "./agree-on-secret-key.ts";

/** An open database and nothing else. */
export interface OpenStorage {
  readonly engine: Engine;
  readonly db: Database;
  readonly close: () => Promise<void>;
}

/** Everything that a server or a worker runs on. */
export interface Installation {
  readonly engine: Engine;
  readonly deps: Deps;
  readonly close: () => Promise<void>;
}

/** Opens the database as it is. The embedded one is locked for `command` until it is closed. */
export async function openStorage(
  config: Config,
  command: string,
  { isRestoring = false }: { readonly isRestoring?: boolean } = {},
): Promise<OpenStorage> {
  const lock = config.databaseUrl === null ? lockDataDir(config.dataDir, command, systemClock.now()) : null;
  try {
    const engine = await openEngine({ ...config, isRestoring });
    if (config.databaseUrl === null) await mark(config.dataDir, engine);
    const db = createDatabase(engine).withTimeouts("background"); // nobody waits for a command but a server's requests
    const close = async (): Promise<void> => {
      await db.close();
      lock?.release();
    };
    return { engine, db, close };
  } catch (error) {
    lock?.release();
    throw error;
  }
}

/** An engine that stayed open would keep the process from ending. */
async function mark(dataDir: string, engine: Engine): Promise<void> {
  try {
    markDataFolder(dataDir, systemClock.now());
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/**
 * Brings the schema and the outbox up to date; gives the names of the migrations that were applied. Throws
 * `MigrationRefused` when the roles, owners or privileges are not those that the migrations made.
 */
export async function prepareStorage(
  { engine }: Pick<OpenStorage, "engine">,
  report: MigrationReport,
): Promise<readonly string[]> {
  const applied = await migrate(engine, readMigrations(), report);
  const fault = await engine.patiently(describePrivilegeFaults);
  if (fault !== null) throw new MigrationRefused(fault);
  await installOutbox(engine);
  return applied;
}

/** Opens the database, brings it up to date, and builds the parts of a server around it. */
export async function openInstallation(config: Config, command: string, log: Logger): Promise<Installation> {
  const storage = await openStorage(config, command);
  try {
    const warn = (line: string) => log.warn(line);
    await prepareStorage(storage, { onWait: warn, onChange: warn });
    const secretKey = await agreeOnSecretKey(storage.engine, config);
    const outbox = await openOutbox(storage.engine, (error) =>
      log.error({ err: error }, "The outbox reported an error."),
    );
    const mailer = createMailer(config);
    const lastUse = createLastUse({ db: storage.db.withTimeouts("interactive"), log });
    const deps: Deps = {
      db: storage.db,
      clock: systemClock,
      ids: systemIds,
      secrets: createSecrets(secretKey),
      mailer,
      passwords: createPasswords(),
      enqueue: outbox.enqueue,
      lastUse,
      config,
      log,
    };
    const close = async (): Promise<void> => {
      await lastUse.flush();
      await outbox.close();
      await mailer.close();
      await storage.close();
    };
    return { engine: storage.engine, deps, close };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/** Where files of unsent mail go. */
export function mailFolder(config: Pick<Config, "dataDir">): string {
  return join(config.dataDir, "mail");
}

function createMailer(config: Config): Mailer {
  const from = config.mailFrom;
  if (config.smtpUrl !== null)
    return createSmtpMailer({ url: config.smtpUrl, from, heloName: heloName(config.publicUrl) });
  return createFileMailer({ directory: mailFolder(config), from, clock: systemClock });
}
