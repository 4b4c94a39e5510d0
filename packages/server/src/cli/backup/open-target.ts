/** Opens the empty database that a backup is restored into. */
import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import type { Config } from "../../config.ts";
import { databaseFolder, markDataFolder } from "../../db/data-folder.ts";
import { openEmbedded } from "../../db/embedded/open-embedded.ts";
import type { Engine } from "../../db/engine.ts";
import { lockDataDir } from "../../db/lock.ts";
import { systemClock } from "../../ports/clock.ts";
import { openStorage } from "../open-installation.ts";

/** The database while a backup is loaded. */
export interface RestoreTarget {
  readonly engine: Engine;
  /** Makes the loaded database that of the data folder. */
  readonly publish: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * An embedded database that doesn't exist yet is created under another name and renamed when it is complete: a process that is
 * killed leaves no database. On a server, and in an embedded database that exists, one transaction has the same effect.
 */
export async function openRestoreTarget(config: Config): Promise<RestoreTarget> {
  const folder = databaseFolder(config.dataDir);
  if (config.databaseUrl !== null || existsSync(folder)) {
    const { engine, close } = await openStorage(config, "restore");
    return { engine, close, publish: async () => undefined };
  }
  const lock = lockDataDir(config.dataDir, "restore", systemClock.now());
  const unfinishedFolder = `${folder}.restoring`;
  const remove = () => rm(unfinishedFolder, { recursive: true, force: true });
  try {
    await remove();
    const engine = await openEmbedded({ folder: unfinishedFolder });
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
