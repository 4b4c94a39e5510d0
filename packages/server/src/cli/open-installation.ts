/** Puts an installation together from its configuration, and takes it apart again. */
import { join } from "node:path";
import type { Logger } from "pino";
import type { Config } from "../config.ts";
import { queryAlone } from "../database/connections.ts";
import { markDataFolder } from "../database/data-folder.ts";
import type { Database } from "../database/database.ts";
import type { Engine } from "../database/engine.ts";
import { lockDataDir } from "../database/lock.ts";
import { migrate } from "../database/migrate.ts";
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
import { keepSecretKey } from "./secret-key.ts";

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
export async function openStorage(config: Config, command: string): Promise<OpenStorage> {
  const lock = config.databaseUrl === null ? lockDataDir(config.dataDir, command, systemClock.now()) : null;
  try {
    const engine = await openEngine(config);
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

/** Brings the schema and the outbox up to date; gives the names of the migrations that were applied. */
export async function prepareStorage({ engine }: Pick<OpenStorage, "engine">): Promise<readonly string[]> {
  const applied = await migrate(engine);
  await installOutbox(engine);
  return applied;
}

/** Opens the database, brings it up to date, and builds the parts of a server around it. */
export async function openInstallation(config: Config, command: string, log: Logger): Promise<Installation> {
  const storage = await openStorage(config, command);
  try {
    const secretKey = config.secretKey ?? keepSecretKey(config.dataDir, await isSetUp(storage.engine));
    await prepareStorage(storage);
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

/** Whether there is an organization. Asked before anything is changed, so there may be no schema yet. */
async function isSetUp({ pool }: Pick<Engine, "pool">): Promise<{ readonly isInUse: boolean }> {
  const { rows } = await queryAlone(pool, {
    text: "select to_regclass('public.organizations') is not null as exists",
  });
  if (rows[0]?.exists !== true) return { isInUse: false };
  const found = await queryAlone(pool, { text: "select from organizations limit 1" });
  return { isInUse: found.rowCount === 1 };
}

/** Where files of unsent mail go. */
export function mailFolder(config: Pick<Config, "dataDir">): string {
  return join(config.dataDir, "mail");
}

function createMailer(config: Config): Mailer {
  const from = config.mailFrom;
  if (config.smtpUrl !== null) return createSmtpMailer({ url: config.smtpUrl, from });
  return createFileMailer({ directory: mailFolder(config), from, clock: systemClock });
}
