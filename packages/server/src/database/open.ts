import { join } from "node:path";
import type { OpenDatabase } from "./database.ts";
import { openEmbedded } from "./embedded/open-embedded.ts";
import type { Engine } from "./engine.ts";
import { openPostgres } from "./open-postgres.ts";
import { createTransactions } from "./transactions.ts";

/** Where the data is: on a PostgreSQL server, or in a folder of our own. */
export interface DatabaseLocation {
  readonly databaseUrl: string | null;
  /** Absolute path; the embedded database lives below it. */
  readonly dataDir: string;
}

/** Opens the database's connections. The embedded one needs the lock of lock.ts first. */
export async function openEngine({ databaseUrl, dataDir }: DatabaseLocation): Promise<Engine> {
  return databaseUrl === null
    ? openEmbedded({ folder: join(dataDir, "database") })
    : openPostgres(databaseUrl);
}

/** The database as the rest of the server sees it, on the connections of `engine`. */
export function createDatabase(engine: Engine): OpenDatabase {
  return { engine: engine.kind, ...createTransactions(engine), close: engine.close };
}
