/** What `gatehouse doctor` looks at. Nothing is changed by looking. */
import { constants, existsSync, statSync } from "node:fs";
import { access } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createTransport } from "nodemailer";
import type { Config } from "../config.ts";
import type { Engine } from "../database/engine.ts";
import { DataDirLocked } from "../database/lock.ts";
import { listPending } from "../database/migrate.ts";
import { whatIsMissing } from "../database/privileges.ts";
import { checkProxies } from "./check-proxies.ts";
import { describeFailure } from "./describe-failure.ts";
import { mailFolder, openStorage } from "./open-installation.ts";
import { readSecretKey, secretKeyFile } from "./secret-key.ts";

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly result: "works" | "warns" | "fails";
  /** One line: what was found, and what to do about it. */
  readonly detail: string;
}

type Finding = Omit<Check, "name">;

/** Looks at everything that the configuration names. */
export async function checkInstallation(config: Config): Promise<readonly Check[]> {
  const looks: readonly (readonly [string, (config: Config) => Promise<Finding>])[] = [
    ["data folder", checkDataFolder],
    ["secret key", checkSecretKey],
    ["database", checkDatabase],
    ["proxies", checkProxies],
    ["mail", checkMail],
    ["links", checkLinks],
  ];
  const checks: Check[] = [];
  for (const [name, look] of looks) {
    const finding = await look(config).catch((error: unknown) => fails(describeFailure(error)));
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
  if (readSecretKey(file) === null) return works(`It will be made at the first start, in ${file}.`);
  const isOpen = (statSync(file).mode & 0o077) !== 0;
  if (isOpen) return warns(`Others may read ${file}. Run: chmod 600 ${file}`);
  return works(`It is kept in ${file}, for this user alone. Back it up with the data.`);
}

async function checkDatabase(config: Config): Promise<Finding> {
  if (config.databaseUrl === null && !existsSync(join(config.dataDir, "database"))) {
    return works("The embedded database will be made at the first start.");
  }
  try {
    const storage = await openStorage(config, "doctor");
    try {
      return await describeDatabase(storage.engine);
    } finally {
      await storage.close();
    }
  } catch (error) {
    if (error instanceof DataDirLocked) return warns(`It could not be looked at. ${error.message}`);
    throw error;
  }
}

async function describeDatabase(engine: Engine): Promise<Finding> {
  const { version, missing, isApplication, pending } = await engine.patiently(async (client) => {
    const { rows } = await client.query(`
      select current_setting('server_version') as version,
             exists (select from pg_roles where rolname = 'gatehouse_app') as exists`);
    const facts = rows[0] as { version: string; exists: boolean };
    const names = await listPending(client);
    const lacking = names.length === 0 ? null : await whatIsMissing(client);
    const member = facts.exists ? await canActAsApplication(client) : true;
    return { version: facts.version, missing: lacking, isApplication: member, pending: names };
  });
  if (missing !== null) return fails(missing);
  if (!isApplication) {
    return fails(
      "The database user may not act as gatehouse_app. As an administrator run: GRANT gatehouse_app TO the user;",
    );
  }
  const words = `PostgreSQL ${version}${engine.kind === "embedded" ? ", embedded" : ""}`;
  if (pending.length > 0)
    return warns(`${words}; ${pending.length} migrations are to be applied: gatehouse migrate`);
  return works(`${words}, schema up to date.`);
}

async function canActAsApplication(client: { query: (text: string) => Promise<unknown> }): Promise<boolean> {
  await client.query("begin");
  try {
    await client.query("set local role gatehouse_app");
    return true;
  } catch {
    return false;
  } finally {
    await client.query("rollback");
  }
}

async function checkMail(config: Config): Promise<Finding> {
  if (config.smtpUrl === null) {
    return warns(`SMTP_URL is unset: mail is written to ${mailFolder(config)}, and nobody gets it.`);
  }
  const patience = {
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout: 5_000,
    dnsTimeout: 5_000,
  };
  const transport = createTransport({ url: config.smtpUrl, ...patience });
  try {
    await transport.verify();
    return works("The mail server answers and takes the user and password.");
  } catch (error) {
    const words = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return fails(`The mail server can't be used: ${words}. Check SMTP_URL.`);
  } finally {
    transport.close();
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
