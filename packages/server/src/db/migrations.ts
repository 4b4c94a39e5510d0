/** The migration files, and which of them a database still needs. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { migrationsFolder } from "../package-files.ts";
import { releaseAuditEvents, restoreAuditHash } from "./audit-hash-steps.ts";
import { canonicaliseAddresses } from "./canonical-addresses.ts";

/** One step of the schema, forward only. */
export interface Migration {
  /** The file's name: `0001_organizations.sql`. Names sort in the order of application. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, hex. */
  readonly checksum: string;
  /** Run with the SQL in the same transaction. */
  readonly steps?: readonly MigrationStep[];
}

/** A migration as recorded in a database. */
export type AppliedMigration = Pick<Migration, "name" | "checksum">;

/** The database and this version of the program are incompatible. The message says what to do. */
export class MigrationRefused extends Error {
  override readonly name = "MigrationRefused";
}

/** Every migration that this version knows, in order. */
export function readMigrations(folder = migrationsFolder): readonly Migration[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".sql"));
  return names.sort().map((name) => {
    const sql = readFileSync(join(folder, name), "utf8");
    const steps = migrationSteps[name];
    const checksum = createHash("sha256").update(sql).digest("hex");
    return { name, sql, checksum, ...(steps === undefined ? {} : { steps }) };
  });
}

/**
 * The pending migrations.
 * @throws MigrationRefused unless the applied ones are exactly the first known ones, unchanged
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

/**
 * Runs before or after the SQL of its migration, in the same transaction, as the owner of the tables, and returns a
 * sentence for each notable change. Row-level security is forced, so it sees tenant rows only after `SET LOCAL ROLE`
 * and the tenant setting. It may run long after it was written: it uses nothing that a later version may change.
 */
interface MigrationStep {
  readonly when: "before" | "after";
  readonly run: (client: pg.ClientBase) => Promise<readonly string[]>;
}

/** Steps by migration file. Like the files, never edited after their release. */
const migrationSteps: Readonly<Record<string, readonly MigrationStep[]>> = {
  "0012_canonical_addresses.sql": [{ when: "before", run: canonicaliseAddresses }],
  "0025_audit_search.sql": [
    { when: "before", run: releaseAuditEvents },
    { when: "after", run: restoreAuditHash },
  ],
};
