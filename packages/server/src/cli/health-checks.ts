/** The checks of `gatehouse doctor`. They change nothing. */
import { constants, existsSync, statSync } from "node:fs";
import { access } from "node:fs/promises";
import { dirname, join } from "node:path";
import type pg from "pg";
import { compileTrustedProxies, describeUntrustedProxy } from "../auth/client-address.ts";
import type { Config } from "../config.ts";
import { describePrivilegeFaults } from "../db/check-privileges.ts";
import { checkEmbeddedFolder, databaseFolder, secretKeyFile } from "../db/data-folder.ts";
import { DatabaseUnavailable } from "../db/database.ts";
import { checkDistribution, describeDistributionFaults } from "../db/distributed/check-distribution.ts";
import type { Engine } from "../db/engine.ts";
import { DataDirLocked } from "../db/lock.ts";
import { listPending } from "../db/migrate.ts";
import { describeMissingRequirement } from "../db/privileges.ts";
import { getWorkerState, readOutboxState } from "../jobs/outbox.ts";
import { describeListenError, findAddressFaults, isGatehouse, tryToListen } from "./check-addresses.ts";
import {
  checkMailServer,
  describeMailServerFailure,
  describeProtection,
  readProtection,
} from "./check-connections.ts";
import { checkReplicaServer } from "./check-replica.ts";
import { describeFailure } from "./describe-failure.ts";
import { describeFactorLosses, describeUnreadableApps, findUnreadableApps } from "./factor-losses.ts";
import { mailFolder, openStorage } from "./open-installation.ts";
import {
  compareSecretKey,
  describeKeyMismatch,
  describeMissingKey,
  isMismatch,
  readSecretKey,
} from "./secret-key.ts";

/** The result of one check. */
export interface HealthCheck {
  readonly name: string;
  readonly result: "works" | "warns" | "fails";
  /** One line: what was found, and what to do about it. */
  readonly detail: string;
}

type Finding = Omit<HealthCheck, "name">;

/** Checks that read the database: when it is unreachable, only the check of the database itself fails. */
const dependsOnDatabase: ReadonlySet<string> = new Set(["proxies", "worker"]);

/** Runs every check that applies to the configuration, one after the other. */
export async function checkInstallation(config: Config): Promise<readonly HealthCheck[]> {
  const checks: readonly (readonly [string, (config: Config) => Promise<Finding>])[] = [
    ["data folder", checkDataFolder],
    ["secret key", checkSecretKey],
    ["database", checkDatabase],
    ...(config.databaseUrl === null ? [] : [["database connection", checkConnection] as const]),
    ...(config.databaseReplicaUrl === null ? [] : [["replica", checkReplica] as const]),
    ["proxies", checkProxies],
    ["mail", checkMail],
    ["worker", checkWorker],
    ["port", checkPort],
    ["addresses", checkAddresses],
  ];
  const results: HealthCheck[] = [];
  for (const [name, check] of checks) {
    const finding = await check(config).catch((error: unknown) =>
      dependsOnDatabase.has(name) && error instanceof DatabaseUnavailable
        ? warns("It could not be checked, because the database can't be reached.")
        : fails(describeFailure(error)),
    );
    results.push({ name, ...finding });
  }
  return results;
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
    nearest === dataDir ? `${dataDir} can be written.` : `${dataDir} will be created at the first start.`,
  );
}

async function checkSecretKey({ secretKey, settingFiles, dataDir }: Config): Promise<Finding> {
  if (secretKey !== null)
    return works(`It is set by ${settingFiles.SECRET_KEY === undefined ? "SECRET_KEY" : "SECRET_KEY_FILE"}.`);
  const file = secretKeyFile(dataDir);
  if (readSecretKey(file) === null) {
    return existsSync(databaseFolder(dataDir))
      ? warns(describeMissingKey(file))
      : works(`It will be created at the first start, in ${file}.`);
  }
  const isOpen = (statSync(file).mode & 0o077) !== 0;
  if (isOpen) return warns(`Others may read ${file}. Run: chmod 600 ${file}`);
  return works(`It is kept in ${file}, for this user alone. Back it up with the data.`);
}

async function checkDatabase(config: Config): Promise<Finding> {
  if (config.databaseUrl === null) {
    checkEmbeddedFolder(config.dataDir);
    if (!existsSync(databaseFolder(config.dataDir)))
      return works("The embedded database will be created at the first start.");
  }
  try {
    const storage = await openStorage(config, "doctor");
    try {
      return await describeDatabase(storage.engine, config);
    } finally {
      await storage.close();
    }
  } catch (error) {
    if (error instanceof DataDirLocked) return warns(`It could not be checked. ${error.message}`);
    throw error;
  }
}

async function checkConnection(config: Config): Promise<Finding> {
  const storage = await openStorage(config, "doctor");
  try {
    const protection = await readProtection(storage.engine).catch((error: unknown) => {
      if (error instanceof DatabaseUnavailable) return null; // the check of the database reports it
      throw error;
    });
    if (protection === null) return warns("There is no connection to check.");
    const { isEnough, detail } = describeProtection(protection);
    return isEnough ? works(detail) : warns(detail);
  } finally {
    await storage.close();
  }
}

async function checkReplica(config: Config): Promise<Finding> {
  const storage = await openStorage(config, "doctor");
  try {
    const state = await checkReplicaServer(storage.engine);
    if (state === null) return warns("There is no replica to check.");
    return state.isRead ? works(state.detail) : warns(state.detail);
  } finally {
    await storage.close();
  }
}

async function describeDatabase(engine: Engine, config: Config): Promise<Finding> {
  const { version, isReadOnly, fault, pending, distribution } = await engine.withoutTimeout(
    async (client) => {
      const { rows } = await client.query(`
      select current_setting('server_version') as version,
             current_setting('transaction_read_only') = 'on' as "isReadOnly"`);
      const server = rows[0] as { version: string; isReadOnly: boolean };
      await client.query("begin"); // a pooler in statement mode refuses it
      await client.query("rollback");
      const names = await listPending(client);
      // With a schema, its privileges must be intact; without one, the user must be able to create it.
      const missing = await (names.length === 0
        ? describePrivilegeFaults(client)
        : describeMissingRequirement(client));
      return { ...server, fault: missing, pending: names, distribution: await checkDistribution(client) };
    },
  );
  if (fault !== null) return fails(fault);
  const words = `PostgreSQL ${version}${engine.kind === "embedded" ? ", embedded" : ""}`;
  if (isReadOnly) {
    return fails(
      `${words}, but it is read-only: nothing can be changed. Let DATABASE_URL lead to the primary server, and see that default_transaction_read_only is off.`,
    );
  }
  if (pending.length > 0)
    return warns(`${words}; ${pending.length} migrations are to be applied: gatehouse migrate`);
  const misplaced = distribution === null ? null : describeDistributionFaults(distribution);
  if (misplaced !== null) return fails(misplaced);
  const comparison = await compareSecretKey(engine, config);
  if (comparison === "previous") return warns(describeKeyMismatch(comparison, config));
  if (isMismatch(comparison))
    return fails(describeKeyMismatch(comparison, config) + (await describeFactorLosses(engine)));
  const key =
    comparison === "same" ? (config.secretKey ?? readSecretKey(secretKeyFile(config.dataDir))) : null;
  const unreadable = key === null ? null : describeUnreadableApps(await findUnreadableApps(engine, key));
  if (unreadable !== null) return warns(unreadable);
  const servers = distribution === null ? "" : `, distributed over ${distribution.workers} workers`;
  return works(`${words}${servers}, schema up to date.`);
}

/** Whether a server saw a proxy that TRUSTED_PROXIES still doesn't contain. */
async function checkProxies(config: Config): Promise<Finding> {
  const named = config.trustedProxies.join(", ");
  const fine = named === "" ? "No proxy is configured, and none was seen." : `Trusted: ${named}.`;
  const seen = await readUntrustedProxy(config);
  if (seen === "locked")
    return {
      result: "warns",
      detail: `${fine} The log of the running server tells whether another one was seen.`,
    };
  const isTrusted = compileTrustedProxies(config.trustedProxies);
  if (seen === null || (isTrusted !== false && isTrusted(seen))) return { result: "works", detail: fine };
  return { result: "warns", detail: describeUntrustedProxy(seen) };
}

async function readUntrustedProxy(config: Config): Promise<string | null> {
  if (config.databaseUrl === null && !existsSync(join(config.dataDir, "database"))) return null;
  try {
    const storage = await openStorage(config, "doctor");
    try {
      return await storage.engine.withoutTimeout(readProxyAddress);
    } finally {
      await storage.close();
    }
  } catch (error) {
    if (error instanceof DataDirLocked) return "locked";
    throw error;
  }
}

/** Null before the migrations have created the column. */
async function readProxyAddress(client: pg.ClientBase): Promise<string | null> {
  const { rows: columns } = await client.query(
    "select from pg_attribute where attrelid = to_regclass('public.installation') and attname = 'untrusted_proxy'",
  );
  if (columns.length === 0) return null;
  const { rows } = await client.query<{ address: string | null }>(
    "select untrusted_proxy as address from public.installation",
  );
  return rows[0]?.address ?? null;
}

async function checkMail(config: Config): Promise<Finding> {
  if (config.smtpUrl === null) {
    return warns(`SMTP_URL is unset: emails are written to ${mailFolder(config)} and not sent.`);
  }
  try {
    const { smtpUrl, publicUrl, mailFrom } = config;
    const { detail, isExposed } = await checkMailServer({ smtpUrl, publicUrl, mailFrom });
    if (isExposed)
      return warns(`${detail} The password is sent unencrypted: use smtps:// or smtp:// with STARTTLS.`);
    return works(detail);
  } catch (error) {
    return fails(describeMailServerFailure(error));
  }
}

/** With the embedded database the worker runs in the server, which locks the folder. */
async function checkWorker(config: Config): Promise<Finding> {
  if (config.databaseUrl === null) return works("The server sends emails itself while it runs.");
  const storage = await openStorage(config, "doctor");
  try {
    const pending = await storage.engine.withoutTimeout(listPending);
    if (pending.length > 0) return works("It will run with the first server, unless WORKER=off is set.");
    const state = await readOutboxState(storage.db);
    const due =
      state.dueJobs === 0
        ? ""
        : ` ${state.dueJobs} jobs wait, the oldest for ${Math.round(state.oldestDueSeconds)} s.`;
    const worker = getWorkerState(state);
    if (worker === "running") return works(`A worker runs.${due}`);
    if (worker === "unknown")
      return warns(`Whether a worker runs is unknown while the database is read-only.${due}`);
    return warns(
      `No worker runs, so no email is sent.${due} Start a server without WORKER=off, or: gatehouse worker`,
    );
  } finally {
    await storage.close();
  }
}

/** The port may be used by this installation's own server. */
async function checkPort(config: Config): Promise<Finding> {
  try {
    await tryToListen(config);
    return works(`${config.host}:${config.port} is free.`);
  } catch (error) {
    const message = describeListenError(error, config);
    if (message === null) throw error;
    return (await isGatehouse(config))
      ? works(`A Gatehouse server is listening on ${config.host}:${config.port}.`)
      : fails(message);
  }
}

async function checkAddresses(config: Config): Promise<Finding> {
  const faults = findAddressFaults(config);
  return faults.length === 0 ? works(`Links begin with ${config.publicUrl}.`) : warns(faults.join(" "));
}
