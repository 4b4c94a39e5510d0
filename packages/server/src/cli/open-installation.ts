/** Opens an installation from its configuration, and closes it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "@gatehouse/cli";
import type { Logger } from "pino";
import { createLastUse } from "../auth/last-use.ts";
import type { Config } from "../config.ts";
import { describePrivilegeFaults } from "../db/check-privileges.ts";
import { checkEmbeddedFolder, databaseFolder, markDataFolder } from "../db/data-folder.ts";
import type { Database } from "../db/database.ts";
import { type DatabaseCopy, requestCopy } from "../db/embedded/database-copy.ts";
import { openEmbedded } from "../db/embedded/open-embedded.ts";
import type { Engine } from "../db/engine.ts";
import { DataDirLocked, type DataLock, lockDataDir } from "../db/lock.ts";
import { type MigrationReport, migrate } from "../db/migrate.ts";
import { MigrationRefused, readMigrations } from "../db/migrations.ts";
import { createDatabase, openEngine } from "../db/open.ts";
import type { Deps } from "../deps.ts";
import { createPasswords } from "../features/accounts/index.ts";
import { installOutbox, openOutbox } from "../jobs/outbox.ts";
import { systemClock } from "../ports/clock.ts";
import { createFileMailer } from "../ports/file-mailer.ts";
import { systemIds } from "../ports/ids.ts";
import type { Mailer } from "../ports/mailer.ts";
import { createSmtpMailer } from "../ports/smtp-mailer.ts";
import { heloName } from "../ports/smtp-url.ts";
import { measureMailer } from "../telemetry/measure-mailer.ts";
import { startTelemetry } from "../telemetry/start-telemetry.ts";
import { readPreparedDatabase } from "./prepared-database.ts";
import { openSecrets } from "./secret-key.ts";

/** An open database. */
export interface OpenStorage {
  readonly engine: Engine;
  readonly db: Database;
  readonly close: () => Promise<void>;
}

/** What a server or a worker needs. */
export interface Installation {
  readonly engine: Engine;
  readonly deps: Deps;
  readonly close: () => Promise<void>;
}

/** How a database is opened. */
interface StorageOptions {
  /** For commands that only read: while a server has the embedded database open, they read a copy of its files. */
  readonly mayCopy?: boolean;
  /** For commands that only read: an embedded database that doesn't exist is not created. */
  readonly mustExist?: boolean;
}

/**
 * Opens the database without migrations. The embedded database stays locked for `command` until it is closed.
 * @throws CommandError when it must exist and doesn't
 */
export async function openStorage(
  config: Config,
  command: string,
  { mustExist = false, mayCopy = false }: StorageOptions = {},
): Promise<OpenStorage> {
  if (mustExist) requireDatabase(config);
  let lock: DataLock | null = null;
  try {
    if (config.databaseUrl === null) lock = lockDataDir(config.dataDir, command, systemClock.now());
    const engine = await openEngine(config, readPreparedDatabase);
    if (config.databaseUrl === null) await markOrClose(config.dataDir, engine);
    const db = createDatabase(engine).withTimeouts("background"); // commands aren't interactive; a server sets other time-outs for requests
    const close = async (): Promise<void> => {
      await db.close();
      lock?.release();
    };
    return { engine, db, close };
  } catch (error) {
    lock?.release();
    const copy = mayCopy && error instanceof DataDirLocked ? await requestCopy(config.dataDir) : null;
    if (copy === null) throw error;
    return openCopy(copy);
  }
}

async function openCopy({ folder, release }: DatabaseCopy): Promise<OpenStorage> {
  try {
    const engine = await openEmbedded({ folder });
    const db = createDatabase(engine).withTimeouts("background");
    return { engine, db, close: () => db.close().finally(release) };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Nothing is created here; the traces of an earlier database are reported as such. */
function requireDatabase({ databaseUrl, dataDir }: Config): void {
  if (databaseUrl !== null) return;
  checkEmbeddedFolder(dataDir);
  if (existsSync(databaseFolder(dataDir))) return;
  throw new CommandError(
    `There is no database in ${dataDir} yet. Run: gatehouse setup, or set DATA_DIR or DATABASE_URL.`,
  );
}

/** Closes the engine after an error; an open engine would keep the process alive. */
async function markOrClose(dataDir: string, engine: Engine): Promise<void> {
  try {
    markDataFolder(dataDir, systemClock.now());
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/**
 * Updates the schema and the job queues. Returns the names of the applied migrations.
 * @throws MigrationRefused when roles, owners or privileges differ from those that the migrations created
 */
export async function prepareStorage(
  { engine }: Pick<OpenStorage, "engine">,
  report: MigrationReport,
): Promise<readonly string[]> {
  const applied = await migrate(engine, readMigrations(), report);
  const fault = await engine.withoutTimeout(describePrivilegeFaults);
  if (fault !== null) throw new MigrationRefused(fault);
  await installOutbox(engine);
  return applied;
}

/** Opens the database, updates its schema, and creates the dependencies of a server. */
export async function openInstallation(config: Config, command: string, log: Logger): Promise<Installation> {
  const storage = await openStorage(config, command);
  try {
    const warn = (line: string) => log.warn(line);
    await prepareStorage(storage, { onWait: warn, onChange: warn });
    const secrets = await openSecrets(storage.engine, config);
    const outbox = await openOutbox(storage.engine, (error) =>
      log.error({ err: error }, "The outbox reported an error."),
    );
    const mailer = measureMailer(createMailer(config));
    const lastUse = createLastUse({ db: storage.db.withTimeouts("interactive"), log });
    const deps: Deps = {
      db: storage.db,
      clock: systemClock,
      ids: systemIds,
      secrets,
      mailer,
      passwords: createPasswords(),
      enqueue: outbox.enqueue,
      lastUse,
      config,
      log,
    };
    const stopTelemetry = await startTelemetry(config, { log, clock: systemClock });
    const close = async (): Promise<void> => {
      await lastUse.flush();
      await outbox.close();
      await mailer.close();
      await storage.close();
      await stopTelemetry();
    };
    return { engine: storage.engine, deps, close };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/** The folder for emails when SMTP_URL is unset. */
export function mailFolder(config: Pick<Config, "dataDir">): string {
  return join(config.dataDir, "mail");
}

function createMailer(config: Config): Mailer {
  const from = config.mailFrom;
  if (config.smtpUrl !== null)
    return createSmtpMailer({ url: config.smtpUrl, from, heloName: heloName(config.publicUrl) });
  return createFileMailer({ directory: mailFolder(config), from, clock: systemClock });
}
