/**
 * What a new embedded database begins with: an archive of an empty one that has this version's schema and job queues. Creating
 * that takes seconds, so it is done once: by `npm run build`, or at the first start of a checkout.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { constants, zstdCompress, zstdDecompress } from "node:zlib";
import { openEmbedded } from "../db/embedded/open-embedded.ts";
import { migrate } from "../db/migrate.ts";
import { readMigrations } from "../db/migrations.ts";
import { installOutbox } from "../jobs/outbox.ts";
import { queues } from "../jobs/queues.ts";
import { isBuilt, preparedDatabase } from "../package-files.ts";
import { systemClock } from "../ports/clock.ts";

/** Returns the archive, a tar; null in a package that was built without one. */
export async function readPreparedDatabase(): Promise<Uint8Array | null> {
  const file = isBuilt ? preparedDatabase : join(preparedDatabase, `${fingerprint()}.tar.zst`);
  const found = readIfExists(file) ?? (isBuilt ? null : await fillCache(file));
  return found === null ? null : promisify(zstdDecompress)(found);
}

async function fillCache(file: string): Promise<Uint8Array> {
  const archive = await createPreparedDatabase();
  try {
    writeToCache(file, archive);
  } catch {
    // The checkout is read-only: the next start creates it again.
  }
  return archive;
}

/** Creates the archive, in memory; returns it compressed. */
export async function createPreparedDatabase(): Promise<Uint8Array> {
  const engine = await openEmbedded({ folder: null });
  try {
    await migrate(engine);
    await installOutbox(engine);
    await engine.vacuum();
    // Removes the written segments of the write-ahead log: half of the archive.
    await engine.pool.query("SET wal_recycle = off; SELECT pg_switch_wal(); CHECKPOINT");
    const params = { [constants.ZSTD_c_compressionLevel]: 9 };
    return await promisify(zstdCompress)(await engine.dump(), { params });
  } finally {
    await engine.close();
  }
}

const dayMs = 24 * 60 * 60 * 1000;

/** Replaces those of other versions, after a day: another process may be writing one. */
function writeToCache(file: string, archive: Uint8Array): void {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    const old = join(folder, name);
    if (systemClock.now().getTime() - statSync(old).mtimeMs > dayMs) rmSync(old, { force: true });
  }
  const unfinished = `${file}.${randomUUID()}`;
  writeFileSync(unfinished, archive);
  renameSync(unfinished, file);
}

/** Changes with the schema and with the program that writes the files. */
function fingerprint(): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify(queues));
  for (const { name, checksum } of readMigrations()) hash.update(`${name} ${checksum}\n`);
  for (const dependency of ["@electric-sql/pglite", "pg-boss"])
    hash.update(readFileSync(new URL("../package.json", import.meta.resolve(dependency))));
  return hash.digest("hex").slice(0, 16);
}

function readIfExists(file: string): Uint8Array | null {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
