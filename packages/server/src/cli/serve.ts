/** Runs the server. */
import { networkInterfaces } from "node:os";
import { type Command, CommandError, type Terminal } from "@gatehouse/cli";
import { pino } from "pino";
import { createApp } from "../app.ts";
import { type Config, isLoopback, listeningUrl, readConfig } from "../config.ts";
import { serveCopies } from "../db/embedded/database-copy.ts";
import { createSetupLink } from "../features/organizations/index.ts";
import { describeListenError } from "./check-addresses.ts";
import { createLog } from "./create-log.ts";
import { type Installation, mailFolder, openInstallation } from "./open-installation.ts";
import { exitOnEngineFailure, waitForStopSignal } from "./process-exit.ts";
import { startBackground, watchForWorker } from "./start-background.ts";

/** Time for running jobs to finish when the server stops. Milliseconds. */
const stopTimeoutMs = 7_000;

/** `gatehouse serve` */
export const serve: Command = {
  name: "serve",
  summary: "Run the server: API, panel and, unless WORKER=off, the worker that sends emails",
  options: {},
  run: (values, terminal) => runServer("serve", values["json"] === true, terminal, async () => []),
};

/**
 * Runs a server until a stop signal and returns 0. `prepare` runs before the first request; the lines that it returns are
 * printed below the address.
 */
export async function runServer(
  command: string,
  asJson: boolean,
  terminal: Terminal,
  prepare: (installation: Installation) => Promise<readonly string[]>,
): Promise<number> {
  const stopped = waitForStopSignal();
  const config = readConfig();
  const destination = pino.destination({ dest: 2, sync: false, minLength: 8_192, periodicFlush: 200 });
  const log = createLog(config.logLevel, destination);
  const installation = await openInstallation(config, command, log);
  try {
    const lines = await prepare(installation);
    exitOnEngineFailure(installation.engine, terminal, () => destination.flushSync());
    const { deps, engine } = installation;
    const copies = engine.kind === "embedded" ? await serveCopies(config.dataDir, engine) : null;
    const app = await createApp({ ...deps, db: deps.db.withTimeouts("interactive") });
    try {
      await listen(() => app.listen({ host: config.host, port: config.port }), config);
      await printAddress(config, installation, asJson, terminal);
      if (!asJson) for (const line of lines) terminal.out(line);
      const background = config.worker ? await startBackground(installation) : watchForWorker(installation);
      await stopped;
      await Promise.all([app.drain.begin().then(() => app.close()), background.stop(stopTimeoutMs)]);
    } finally {
      await copies?.close();
      await app.close();
    }
  } finally {
    await installation.close();
    destination.flushSync();
  }
  return 0;
}

async function listen(start: () => Promise<unknown>, config: Config): Promise<void> {
  try {
    await start();
  } catch (error) {
    const message = describeListenError(error, config);
    if (message !== null) throw new CommandError(message);
    throw error;
  }
}

async function printAddress(
  config: Config,
  { deps }: Installation,
  asJson: boolean,
  { out }: Terminal,
): Promise<void> {
  const setupUrl = await createSetupLink(deps);
  if (asJson)
    return out(JSON.stringify({ url: config.publicUrl, host: config.host, port: config.port, setupUrl }));
  const { host, port, publicUrl, isPublicUrlSet } = config;
  const local = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  out(`Gatehouse is running at ${publicUrl}${isPublicUrlSet ? `, listening on ${local}` : ""}`);
  if (setupUrl !== null) {
    out(`Set up the first organization: ${setupUrl}`);
    out("The link works once, within a day. A restart prints a new one.");
  }
  if (!isPublicUrlSet && !isLoopback(host)) out(describeMissingPublicUrl(config));
  if (config.databaseUrl === null) {
    out(
      `Data is in ${config.dataDir}, in the embedded database: it survives a crash of this process, not a power failure. For that set DATABASE_URL.`,
    );
  }
  if (config.smtpUrl === null)
    out(`Emails are written to ${mailFolder(config)}, not sent, because SMTP_URL is unset.`);
}

/** Links and sign-in work at one address; nobody but the operator knows which one people open. */
function describeMissingPublicUrl({ publicUrl, port }: Config): string {
  const addresses = Object.values(networkInterfaces()).flatMap((entries = []) => entries);
  const external = addresses.find(({ internal, family }) => !internal && family === "IPv4")?.address;
  const example = external === undefined ? "https://gate.example.com" : listeningUrl(external, port);
  return `PUBLIC_URL is unset, so links and sign-in work at ${publicUrl} alone. If people open Gatehouse at another address, set it, like PUBLIC_URL=${example}`;
}
