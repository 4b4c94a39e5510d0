import { existsSync } from "node:fs";
import { checkEmbeddedFolder, databaseFolder } from "./data-folder.ts";
import type { OpenDatabase } from "./database.ts";
import { openEmbedded } from "./embedded/open-embedded.ts";
import type { Engine } from "./engine.ts";
import { openPostgres } from "./open-postgres.ts";
import type { TimeoutProfile } from "./timeouts.ts";
import { createTransactions } from "./transactions.ts";

/** Where the data is: on a PostgreSQL server, or in a data folder. */
export interface DatabaseLocation {
  readonly databaseUrl: string | null;
  /** Absolute path; the embedded database lives below it. */
  readonly dataDir: string;
  /**
   * A backup is about to be restored, so the embedded database may be missing in a folder with traces of an earlier
   * one.
   */
  readonly isRestoring?: boolean;
}

/**
 * Opens the database's connections. The embedded one needs the lock of lock.ts first.
 * @throws DataFolderRefused when the embedded database is damaged or missing
 */
export async function openEngine({
  databaseUrl,
  dataDir,
  isRestoring = false,
}: DatabaseLocation): Promise<Engine> {
  if (databaseUrl !== null) return openPostgres(databaseUrl);
  if (!isRestoring || existsSync(databaseFolder(dataDir))) checkEmbeddedFolder(dataDir);
  return openEmbedded({ folder: databaseFolder(dataDir) });
}

/** Creates the database interface on the connections of `engine`. */
export function createDatabase(engine: Engine): OpenDatabase {
  const transactionsWith = createTransactions(engine);
  const withTimeouts = (timeouts: TimeoutProfile): OpenDatabase => ({
    engine: engine.kind,
    ...transactionsWith(timeouts),
    withTimeouts,
    close: engine.close,
  });
  return withTimeouts("interactive");
}
