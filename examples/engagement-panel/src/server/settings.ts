/** Reads the environment variables and the key file. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Settings of the panel's server. */
export interface Settings {
  readonly port: number;
  /** SQLite file. */
  readonly database: string;
  readonly gatehouseUrl: string;
  readonly organizationId: string;
  /** Needs only `users:view` and `roles:view`. */
  readonly apiKey: string;
}

/** Name of the file with the key, in the panel's data folder. */
export const keyFile = "gatehouse.json";

/** Reads the settings. @throws Error with one line that says what to do */
export function readSettings(): Settings {
  const folder = environment["EXAMPLE_DATA"];
  const gatehouseUrl = environment["GATEHOUSE_URL"];
  if (folder === undefined || gatehouseUrl === undefined)
    throw new Error("Start the example with npm run example: it sets EXAMPLE_DATA and GATEHOUSE_URL.");
  const { organizationId, apiKey } = JSON.parse(readFileSync(join(folder, keyFile), "utf8"));
  const port = readPort("EXAMPLE_PORT", 4000);
  return { port, database: join(folder, "panel.sqlite"), gatehouseUrl, organizationId, apiKey };
}

/** All environment variables, also for child processes. */
export const environment: NodeJS.ProcessEnv = process.env;

/** Reads a port. @throws Error with one line that says what to do */
export function readPort(name: string, otherwise: number): number {
  const text = environment[name]?.trim() || String(otherwise);
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new Error(`${name} is "${text}". Write a whole number from 1 to 65535.`);
}
