/** The migrations as files, and what may be done to a database that some of them were applied to. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type MigrationStep, migrationSteps } from "./migration-steps.ts";

/** One step of the schema, forward only. */
export interface Migration {
  /** The file's name: `0001_organizations.sql`. Names sort in the order of application. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, hex. */
  readonly checksum: string;
  /** What follows the SQL in the same transaction. */
  readonly step?: MigrationStep;
}

/** A migration as recorded in a database. */
export type AppliedMigration = Pick<Migration, "name" | "checksum">;

/** The database and this version of the program don't go together. The message says what to do. */
export class MigrationRefused extends Error {
  override readonly name = "MigrationRefused";
}

const ownFolder = fileURLToPath(new URL("../../migrations", import.meta.url));

/** Every migration that this version knows, in order. */
export function readMigrations(folder = ownFolder): readonly Migration[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".sql"));
  return names.sort().map((name) => {
    const sql = readFileSync(join(folder, name), "utf8");
    const step = migrationSteps[name];
    const checksum = createHash("sha256").update(sql).digest("hex");
    return { name, sql, checksum, ...(step === undefined ? {} : { step }) };
  });
}

/**
 * Which migrations are still to be applied. Throws `MigrationRefused` unless those applied are exactly the first ones
 * that are known, unchanged.
 */
export function pendingMigrations(
  known: readonly Migration[],
  applied: readonly AppliedMigration[],
): readonly Migration[] {
  applied.forEach((record, index) => {
    const migration = known[index];
    if (migration?.name === record.name) {
      if (migration.checksum === record.checksum) return;
      throw new MigrationRefused(
        `${record.name} was changed after it had been applied to this database. Restore the file; a further change of the schema is a new migration.`,
      );
    }
    if (known.some(({ name }) => name === record.name)) {
      throw new MigrationRefused(
        `${migration?.name} comes before ${record.name}, which this database already has. Give it a later number.`,
      );
    }
    const isNewer = known.every(({ name }) => name < record.name);
    throw new MigrationRefused(
      isNewer
        ? `This database has ${record.name}, which this version does not know: a newer version wrote it. Start that version or a later one.`
        : `This database has ${record.name}, but the file is missing from migrations. Restore it.`,
    );
  });
  return known.slice(applied.length);
}
