/** What `gatehouse doctor` looks at. Nothing is changed by looking. */
import { constants, existsSync, statSync } from "node:fs";
import { access } from "node:fs/promises";
import { dirname } from "node:path";
import type { Config } from "../config.ts";
import { describePrivilegeFaults } from "../database/check-privileges.ts";
import { checkEmbeddedFolder, databaseFolder, secretKeyFile } from "../database/data-folder.ts";
import { DatabaseUnavailable } from "../database/database.ts";
import type { Engine } from "../database/engine.ts";
import { DataDirLocked } from "../database/lock.ts";
import { listPending } from "../database/migrate.ts";
import { whatIsMissing } from "../database/privileges.ts";
import { isWorkerMissing, readOutboxState } from "../outbox/outbox-state.ts";
import { compareSecretKey, describeDisagreement } from "./agree-on-secret-key.ts";
import { describeProtection, readProtection } from "./check-connection.ts";
import { checkMailServer } from "./check-mail-server.ts";
import { checkProxies } from "./check-proxies.ts";
import { describeFailure } from "./describe-failure.ts";
import { mailFolder, openStorage } from "./open-installation.ts";
import { missingSecretKey, readSecretKey } from "./secret-key.ts";

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly result: "works" | "warns" | "fails";
  /** One line: what was found, and what to do about it. */
  readonly detail: string;
}

type Finding = Omit<Check, "name">;

/** What is written in the database: that it can't be reached is said once. */
const restsOnDatabase: ReadonlySet<string> = new Set(["proxies", "worker"]);

/** Looks at everything that the configuration names. */
export async function checkInstallation(config: Config): Promise<readonly Check[]> {
  const looks: readonly (readonly [string, (config: Config) => Promise<Finding>])[] = [
    ["data folder", checkDataFolder],
    ["secret key", checkSecretKey],
    ["database", checkDatabase],
    ...(config.databaseUrl === null ? [] : [["database connection", checkConnection] as const]),
    ["proxies", checkProxies],
    ["mail", checkMail],
    ["worker", checkWorker],
    ["links", checkLinks],
  ];
  const checks: Check[] = [];
  for (const [name, look] of looks) {
    const finding = await look(config).catch((error: unknown) =>
      restsOnDatabase.has(name) && error instanceof DatabaseUnavailable
        ? warns("It could not be looked at, because the database can't be reached.")
        : fails(describeFailure(error)),
    );
    checks.push({ name, ...finding });
  }
  return checks;
}

const works = (detail: string): Finding => ({ result: "works", detail });
const warns = (detail: string): Finding => ({ result: "warns", detail });
const fails = (detail: string): Finding => ({ result: "fails", detail });

async function checkDataFolder({ dataDir }: Config): Promise<Finding> {
  let nearest = dataDir;
  while (!existsSync(nearest)) nearest = dirname(nearest);
  try {
    await access(nearest, constants.W_OK | constants.X_OK);
  } catch {
    return fails(
      `${nearest} can't be written. Give this user the right to, or set DATA_DIR to another folder.`,
    );
  }
  return works(
    nearest === dataDir ? `${dataDir} can be written.` : `${dataDir} will be made at the first start.`,
  );
}

async function checkSecretKey({ secretKey, dataDir }: Config): Promise<Finding> {
  if (secretKey !== null) return works("It is set by SECRET_KEY.");
  const file = secretKeyFile(dataDir);
  if (readSecretKey(file) === null) {
    return existsSync(databaseFolder(dataDir))
      ? warns(missingSecretKey(file))
      : works(`It will be made at the first start, in ${file}.`);
  }
  const isOpen = (statSync(file).mode & 0o077) !== 0;
  if (isOpen) return warns(`Others may read ${file}. Run: chmod 600 ${file}`);
  return works(`It is kept in ${file}, for this user alone. Back it up with the data.`);
}

async function checkDatabase(config: Config): Promise<Finding> {
  if (config.databaseUrl === null) {
    checkEmbeddedFolder(config.dataDir);
    if (!existsSync(databaseFolder(config.dataDir)))
      return works("The embedded database will be made at the first start.");
  }
  try {
    const storage = await openStorage(config, "doctor");
    try {
      return await describeDatabase(storage.engine, config);
    } finally {
      await storage.close();
    }
  } catch (error) {
    if (error instanceof DataDirLocked) return warns(`It could not be looked at. ${error.message}`);
    throw error;
  }
}

async function checkConnection(config: Config): Promise<Finding> {
  const storage = await openStorage(config, "doctor");
  try {
    const protection = await readProtection(storage.engine).catch((error: unknown) => {
      if (error instanceof DatabaseUnavailable) return null; // which the check of the database says
      throw error;
    });
    if (protection === null) return warns("There is none to look at.");
    const { isEnough, detail } = describeProtection(protection);
    return isEnough ? works(detail) : warns(detail);
  } finally {
    await storage.close();
  }
}

async function describeDatabase(engine: Engine, config: Config): Promise<Finding> {
  const { version, isReadOnly, fault, pending } = await engine.patiently(async (client) => {
    const { rows } = await client.query(`
      select current_setting('server_version') as version,
             current_setting('transaction_read_only') = 'on' as "isReadOnly"`);
    const facts = rows[0] as { version: string; isReadOnly: boolean };
    await client.query("begin"); // a pooler in statement mode refuses it
    await client.query("rollback");
    const names = await listPending(client);
    // Once the schema is there it must be as it was made; before, its maker must be able to.
    const lacking = await (names.length === 0 ? describePrivilegeFaults(client) : whatIsMissing(client));
    return { ...facts, fault: lacking, pending: names };
  });
  if (fault !== null) return fails(fault);
  const words = `PostgreSQL ${version}${engine.kind === "embedded" ? ", embedded" : ""}`;
  if (isReadOnly) {
    return fails(
      `${words}, but it is read-only: nothing can be changed. Let DATABASE_URL lead to the primary server, and see that default_transaction_read_only is off.`,
    );
  }
  if (pending.length > 0)
    return warns(`${words}; ${pending.length} migrations are to be applied: gatehouse migrate`);
  const agreement = await compareSecretKey(engine, config);
  if (agreement === "different" || agreement === "missing")
    return fails(describeDisagreement(agreement, config));
  return works(`${words}, schema up to date.`);
}

async function checkMail(config: Config): Promise<Finding> {
  if (config.smtpUrl === null) {
    return warns(`SMTP_URL is unset: mail is written to ${mailFolder(config)}, and nobody gets it.`);
  }
  try {
    const { smtpUrl, publicUrl } = config;
    const { detail, isExposed } = await checkMailServer({ smtpUrl, publicUrl });
    if (isExposed)
      return warns(`${detail} The password can be read on the way: use smtps:// or smtp:// with STARTTLS.`);
    return works(detail);
  } catch (error) {
    const words = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return fails(`The mail server can't be used: ${words}. Check SMTP_URL.`);
  }
}

/** The embedded database has its worker in the server, which holds the folder while it runs. */
async function checkWorker(config: Config): Promise<Finding> {
  if (config.databaseUrl === null) return works("The server sends mail itself while it runs.");
  const storage = await openStorage(config, "doctor");
  try {
    const pending = await storage.engine.patiently(listPending);
    if (pending.length > 0) return works("It will run with the first server, unless WORKER=off is set.");
    const state = await readOutboxState(storage.db);
    const due =
      state.dueJobs === 0
        ? ""
        : ` ${state.dueJobs} jobs wait, the oldest for ${Math.round(state.oldestDueSeconds)} s.`;
    if (!isWorkerMissing(state)) return works(`A worker runs.${due}`);
    return warns(
      `No worker runs, so no mail is sent.${due} Start a server without WORKER=off, or: gatehouse worker`,
    );
  } finally {
    await storage.close();
  }
}

async function checkLinks({ publicUrl, isPublicUrlSet, host }: Config): Promise<Finding> {
  if (!isPublicUrlSet) {
    return warns(
      `PUBLIC_URL is unset: links in mails begin with ${publicUrl}, which works on this machine alone.`,
    );
  }
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(new URL(publicUrl).hostname);
  if (publicUrl.startsWith("http:") && !isLocal) {
    return warns(
      `PUBLIC_URL is plain http: passwords travel in the open. Put a proxy with https in front of ${host}.`,
    );
  }
  return works(`Links begin with ${publicUrl}.`);
}
