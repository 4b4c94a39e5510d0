/** Opens the empty database that a backup is restored into. */
import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import type { Config } from "../../config.ts";
import { databaseFolder, markDataFolder, restoringFolder } from "../../db/data-folder.ts";
import { openEmbedded } from "../../db/embedded/open-embedded.ts";
import type { Engine } from "../../db/engine.ts";
import { lockDataDir } from "../../db/lock.ts";
import { readMigrations } from "../../db/migrations.ts";
import { systemClock } from "../../ports/clock.ts";
import { openStorage } from "../open-installation.ts";
import { readPreparedDatabase } from "../prepared-database.ts";

/** The database while a backup is loaded. */
export interface RestoreTarget {
  readonly engine: Engine;
  /** Makes the loaded database that of the data folder. */
  readonly publish: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * An embedded database that doesn't exist yet is created under another name and renamed when it is complete: a process that is
 * killed leaves no database. It begins with the prepared schema unless the backup is of an earlier one. On a server, and in an embedded database that exists, one transaction has the same effect.
 */
export async function openRestoreTarget(
  config: Config,
  { migrations }: { readonly migrations: readonly unknown[] },
): Promise<RestoreTarget> {
  const folder = databaseFolder(config.dataDir);
  if (config.databaseUrl !== null || existsSync(folder)) {
    const { engine, close } = await openStorage(config, "restore");
    return { engine, close, publish: async () => undefined };
  }
  const lock = lockDataDir(config.dataDir, "restore", systemClock.now());
  const unfinishedFolder = restoringFolder(config.dataDir);
  const remove = async (): Promise<void> => {
    for (const name of [`${unfinishedFolder}.new`, unfinishedFolder])
      await rm(name, { recursive: true, force: true });
  };
  try {
    await remove();
    const isPrepared = migrations.length === readMigrations().length;
    const archive = isPrepared ? await readPreparedDatabase() : null;
    const engine = await openEmbedded({ folder: unfinishedFolder, archive });
    let isPublished = false;
    return {
      engine,
      publish: async () => {
        isPublished = true;
        await engine.close();
        await rename(unfinishedFolder, folder);
        markDataFolder(config.dataDir, systemClock.now());
      },
      close: async () => {
        if (!isPublished) await engine.close();
        await remove();
        lock.release();
      },
    };
  } catch (error) {
    await remove();
    lock.release();
    throw error;
  }
}
