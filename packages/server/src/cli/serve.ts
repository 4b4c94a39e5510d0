/** Runs the server. */
import { pino } from "pino";
import { createApp } from "../app.ts";
import { type Config, readConfig } from "../config.ts";
import { createSetupLink } from "../features/organizations/index.ts";
import { type Command, CommandError, type Terminal } from "./command.ts";
import { createLog } from "./create-log.ts";
import { type Installation, mailFolder, openInstallation } from "./open-installation.ts";
import { startBackground, watchForWorker } from "./start-background.ts";
import { untilStopped } from "./stop-signals.ts";
import { watchEngine } from "./watch-engine.ts";

/** How long jobs that run may take to finish when the server stops. Milliseconds. */
const patience = 7_000;

/** `gatehouse serve` */
export const serve: Command = {
  name: "serve",
  summary: "Run the server: API, panel and, unless WORKER=off, the sending of mail",
  options: {},
  run: (values, terminal) => runServer("serve", values["json"] === true, terminal, async () => []),
};

/**
 * Starts a server and gives 0 when it was told to stop and has. `before` runs ahead of the first request; the lines that
 * it gives are printed below the address.
 */
export async function runServer(
  command: string,
  asJson: boolean,
  terminal: Terminal,
  before: (installation: Installation) => Promise<readonly string[]>,
): Promise<number> {
  const stopped = untilStopped();
  const config = readConfig();
  const destination = pino.destination({ dest: 2, sync: false, minLength: 8_192, periodicFlush: 200 });
  const log = createLog(config.logLevel, destination);
  const installation = await openInstallation(config, command, log);
  try {
    const lines = await before(installation);
    watchEngine(installation.engine, terminal, () => destination.flushSync());
    const { deps } = installation;
    const app = await createApp({ ...deps, db: deps.db.withTimeouts("interactive") });
    try {
      await listen(() => app.listen({ host: config.host, port: config.port }), config);
      await announce(config, installation, asJson, terminal);
      if (!asJson) for (const line of lines) terminal.out(line);
      const background = config.worker ? await startBackground(installation) : watchForWorker(installation);
      await stopped;
      await Promise.all([app.drain.begin().then(() => app.close()), background.stop(patience)]);
    } finally {
      await app.close();
    }
  } finally {
    await installation.close();
    destination.flushSync();
  }
  return 0;
}

async function listen(start: () => Promise<unknown>, { host, port }: Config): Promise<void> {
  try {
    await start();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EADDRINUSE") {
      throw new CommandError(
        `Port ${port} on ${host} is in use. Stop the other program, or set PORT to another number.`,
      );
    }
    if (code === "EACCES")
      throw new CommandError(`Port ${port} needs more rights than this user has. Set PORT to 1024 or more.`);
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
      throw new CommandError(
        `HOST is "${host}", which is no address of this machine. Write one, or 0.0.0.0 for all.`,
      );
    }
    throw error;
  }
}

async function announce(
  config: Config,
  { deps }: Installation,
  asJson: boolean,
  { out }: Terminal,
): Promise<void> {
  const setupUrl = await createSetupLink(deps);
  if (asJson)
    return out(JSON.stringify({ url: config.publicUrl, host: config.host, port: config.port, setupUrl }));
  const { host, port, publicUrl } = config;
  const local = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  out(`Gatehouse is running at ${publicUrl}${config.isPublicUrlSet ? `, listening on ${local}` : ""}`);
  if (setupUrl !== null) {
    out(`Set up the first organization: ${setupUrl}`);
    out("The link works once, within a day. A restart prints a new one.");
  }
  if (config.databaseUrl === null) {
    out(
      `Data is in ${config.dataDir}, in the embedded database: it survives a crash of this process, not a power failure. For that set DATABASE_URL.`,
    );
  }
  if (config.smtpUrl === null)
    out(`Mail is written to ${mailFolder(config)}, not sent, because SMTP_URL is unset.`);
}
